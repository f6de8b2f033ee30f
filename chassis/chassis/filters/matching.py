"""What a condition means: this is the reference that the compilers to the stores agree with.

A field that a document does not have fails every comparison; `!=` and `not in` are the opposites of `==` and `in`, so
they hold for it. A literal number fails every comparison with what is not a number.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any, Final

from chassis.filters.numbers import number_of
from chassis.filters.words import Among, And, Condition, Field, Literal, Not, Or, Order, Ordered, StartsWith

_ORDERS: Final[Mapping[Order, Callable[[Any, Any], bool]]] = {
    Order.BELOW: operator.lt,
    Order.UPTO: operator.le,
    Order.ABOVE: operator.gt,
    Order.FROM: operator.ge,
}


def matches(condition: Condition, metadata: Mapping[str, str], reserved: Mapping[str, str]) -> bool:
    """Tell whether a document matches; a reserved word that is empty counts as absent."""

    def value(field: Field) -> str | None:
        return (reserved.get(field.name) or None) if field.reserved else metadata.get(field.name)

    match condition:
        case And(conditions):
            return all(matches(each, metadata, reserved) for each in conditions)
        case Or(conditions):
            return any(matches(each, metadata, reserved) for each in conditions)
        case Not(inner):
            return not matches(inner, metadata, reserved)
        case StartsWith(field, prefix):
            text = value(field)
            return text is not None and text.startswith(prefix)
        case Among(field, literals):
            return any(_compared(value(field), operator.eq, literal) for literal in literals)
        case Ordered(field, order, literal):
            return _compared(value(field), _ORDERS[order], literal)


def _compared(value: str | None, how: Callable[[Any, Any], bool], literal: Literal) -> bool:
    if value is None:
        return False
    left = value if isinstance(literal, str) else number_of(value)
    return left is not None and how(left, literal)

"""A condition as the text that it is parsed from."""

from __future__ import annotations

import re
from typing import Final

from chassis.filters.numbers import decimal
from chassis.filters.words import Among, And, Condition, Field, Literal, Not, Or, Ordered, StartsWith

_ESCAPED: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
_TO_ESCAPE: Final = re.compile(r'[\\"\n\t]')


def printed(condition: Condition) -> str:
    """Return the text of a condition: `parsed` gives the same condition again."""
    match condition:
        case And(conditions):
            return " and ".join(map(_within, conditions))
        case Or(conditions):
            return " or ".join(map(_within, conditions))
        case Not(inner):
            return f"not {_within(inner)}"
        case StartsWith(field, prefix):
            return f"starts_with({_field(field)}, {_literal(prefix)})"
        case Among(field, literals):
            return f"{_field(field)} in [{', '.join(map(_literal, literals))}]"
        case Ordered(field, order, literal):
            return f"{_field(field)} {order.value} {_literal(literal)}"


def _within(condition: Condition) -> str:
    text = printed(condition)
    return f"({text})" if isinstance(condition, And | Or) else text


def _field(field: Field) -> str:
    return f"@{field.name}" if field.reserved else f"`{field.name.replace('`', '``')}`"


def _literal(literal: Literal) -> str:
    if isinstance(literal, float):
        return decimal(literal)
    return f'"{_TO_ESCAPE.sub(lambda found: _ESCAPED[found[0]], literal)}"'

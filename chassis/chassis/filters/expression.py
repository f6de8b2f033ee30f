"""A condition as an expression of the vector store: hashes, hexadecimal digits and numbers, nothing else.

`not` is pushed down to the comparisons, where it is spelled out: the store's own `not` of a missing value is neither
true nor false.
"""

from __future__ import annotations

from typing import Final

from chassis.filters.limits import LONGEST_TEXT
from chassis.filters.numbers import bits, decimal
from chassis.filters.stored import MARKS, hexadecimal, number_field, number_mark, text_field, text_mark
from chassis.filters.words import Among, And, Condition, Field, Literal, Not, Or, Order, Ordered, StartsWith

_OPPOSITE: Final = {
    Order.BELOW: Order.FROM,
    Order.UPTO: Order.ABOVE,
    Order.ABOVE: Order.UPTO,
    Order.FROM: Order.BELOW,
}


def expression(condition: Condition) -> str:
    """Return the expression for what matches the condition."""
    return _of(condition, holds=True)


def under_id(identifier: str) -> str | None:
    """Return the expression for rows of the document with that id; None when it is too long to be told from others."""
    if len(identifier.encode()) > LONGEST_TEXT:
        return None
    return _equal(Field("id", reserved=True), identifier, holds=True)


def _of(condition: Condition, *, holds: bool) -> str:
    match condition:
        case And(conditions):
            return _joined("and" if holds else "or", [_of(each, holds=holds) for each in conditions])
        case Or(conditions):
            return _joined("or" if holds else "and", [_of(each, holds=holds) for each in conditions])
        case Not(inner):
            return _of(inner, holds=not holds)
        case StartsWith(field, prefix):
            return _like(text_mark(field) + hexadecimal(prefix), holds=holds)
        case Among(field, literals):
            return _joined("or" if holds else "and", [_equal(field, each, holds=holds) for each in literals])
        case Ordered(field, order, literal):
            return _ordered(field, order, literal, holds=holds)


def _joined(word: str, parts: list[str]) -> str:
    return f"({f' {word} '.join(parts)})"


def _equal(field: Field, literal: Literal, *, holds: bool) -> str:
    if isinstance(literal, str):
        return _like(f"{text_mark(field)}{hexadecimal(literal)}|", holds=holds)
    return _like(f"{number_mark(field)}{bits(literal)}|", holds=holds)


def _like(mark: str, *, holds: bool) -> str:
    found = f'{MARKS} like "%|{mark}%"'
    return found if holds else f"(not ({found}))"


def _ordered(field: Field, order: Order, literal: Literal, *, holds: bool) -> str:
    if isinstance(literal, str):
        name, value, mark = text_field(field), f'"{hexadecimal(literal)}"', text_mark(field)
    else:
        name, value, mark = number_field(field), decimal(literal), number_mark(field)
    if holds:
        return f"{name} {order.value} {value}"
    return f"({name} {_OPPOSITE[order].value} {value} or {_like(mark, holds=False)})"

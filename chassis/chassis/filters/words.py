"""The words of a filter."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

RESERVED: Final = ("id", "mime")
"""What is known of each document without its metadata; written with an `@`."""


class Order(StrEnum):
    """How a field is ordered against a literal."""

    BELOW = "<"
    UPTO = "<="
    ABOVE = ">"
    FROM = ">="


@dataclass(frozen=True, slots=True)
class Field:
    """A key of the metadata, or a reserved word."""

    name: str
    reserved: bool = False


Literal = str | float
"""A text is compared as text; a number with what is a number as text. `true` and `false` are texts."""


@dataclass(frozen=True, slots=True)
class Among:
    """The field equals one of the literals; `==` is a list of one, `!=` and `not in` are its opposites."""

    field: Field
    literals: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Ordered:
    """The field lies on that side of the literal."""

    field: Field
    order: Order
    literal: Literal


@dataclass(frozen=True, slots=True)
class StartsWith:
    """The field's text starts with the prefix; `exists` is a prefix of nothing."""

    field: Field
    prefix: str


@dataclass(frozen=True, slots=True)
class Not:
    """The condition does not hold."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class And:
    """All of two or more conditions hold."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """One of two or more conditions holds."""

    conditions: tuple[Condition, ...]


Condition = Among | Ordered | StartsWith | Not | And | Or

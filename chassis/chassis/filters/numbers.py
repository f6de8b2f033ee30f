"""Texts that are numbers, alike in Python, PostgreSQL and the vector store."""

from __future__ import annotations

import re
import struct
from decimal import Decimal
from typing import Final

from chassis.filters.limits import MOST_DIGITS

NUMBER: Final = rf"-?[0-9]{{1,{MOST_DIGITS}}}(?:\.[0-9]{{1,{MOST_DIGITS}}})?"
"""The text that counts as a number, as a pattern that Python and PostgreSQL read alike."""

_NUMBER: Final = re.compile(NUMBER)


def number_of(text: str) -> float | None:
    """Return the number that a text is, if it is one; -0 is 0."""
    return float(text) + 0.0 if _NUMBER.fullmatch(text) else None


def decimal(number: float) -> str:
    """Return a number without an exponent."""
    return format(Decimal(repr(number)), "f")


def bits(number: float) -> str:
    """Return the digits of a double."""
    return struct.pack(">d", number).hex()

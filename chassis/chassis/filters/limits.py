"""How far a filter may go, and what is said of one that goes wrong."""

from __future__ import annotations

from typing import Final

LONGEST_FILTER: Final = 2_048
"""Characters of a filter."""

MOST_TERMS: Final = 64
"""Comparisons and items of lists in a filter."""

DEEPEST: Final = 16
"""Parentheses and `not` within one another."""

LONGEST_TEXT: Final = 255
"""Bytes of a text to compare with, in UTF-8."""

MOST_DIGITS: Final = 15
"""Digits before a number's point, and after it: so many that a double holds each such number."""


class Malformed(ValueError):
    """The filter is not in the language; the message says where and what was expected."""

    def __init__(self, place: int, expected: str) -> None:
        super().__init__(f"is not understood at column {place + 1}: {expected}")
        self.place = place
        """Characters before the mistake."""

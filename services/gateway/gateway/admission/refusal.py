"""How admission says no."""

from __future__ import annotations

from enum import StrEnum

from chassis.errors import Overloaded


class Why(StrEnum):
    """What stood against a call."""

    FULL = "full"
    """Too many stood in line."""

    LATE = "late"
    """It could not have ended before its deadline."""

    WAITED = "waited"
    """Its turn did not come in time."""


class TooManyCalls(Overloaded):
    """There was no room; `why` is for the figures of operators."""

    def __init__(self, why: Why, retry_after: float) -> None:
        super().__init__("too many calls of this kind are under way; ask again later", retry_after=retry_after)
        self.why = why

"""Rates by the generic cell rate algorithm, in its form as a leaky bucket (ITU-T I.371, annex A.2).

A bucket holds a minute's worth and leaks at the limit's rate, so that over any t seconds at most limit * (1 + t / 60)
get in. Levels are counted in units times microseconds of a minute: all arithmetic is on whole numbers, and exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MINUTE: Final = 60_000_000
"""Microseconds."""


@dataclass(slots=True)
class Bucket:
    """What one rate has let in and not yet forgotten."""

    level: int = 0
    at: int = 0
    """Microseconds: when the level was that."""

    def leak(self, now: int, most: int) -> None:
        """Forget what is to be forgotten by now; time that goes backwards changes nothing."""
        if now > self.at:
            self.level = max(0, self.level - (now - self.at) * most)
            self.at = now

    def add(self, units: int) -> None:
        """Let units in."""
        self.level += units * MINUTE

    def wait(self, units: int, most: int) -> int:
        """Return the microseconds until that many units fit in; 0 or less when they do now."""
        over = self.level + units * MINUTE - most * MINUTE
        return -(-over // most)

    def room(self, most: int) -> int:
        """Return how many whole units fit in now."""
        return max(0, most - -(-self.level // MINUTE))

    def reset(self, most: int) -> int:
        """Return the microseconds until it is empty."""
        return -(-self.level // most)

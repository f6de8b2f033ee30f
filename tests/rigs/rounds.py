"""How many hostile inputs each entrance gets in a long round: shares of `ROUNDS`, which is 100,000."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field

SHARES = {"messages": 0.4, "filters": 0.2, "documents": 0.15, "broken documents": 0.1, "requests of HTTP": 0.15}
"""By what they cost and by what there is to find: a message reaches any of a hundred methods."""


def long_round(entrance: str) -> int:
    """Return how many an entrance gets."""
    return round(int(os.environ.get("ROUNDS", "100000")) * SHARES[entrance])


@dataclass
class Tally:
    """What became of what was sent, by entrance."""

    ends: dict[str, Counter[str]] = field(default_factory=dict)

    def note(self, entrance: str, ends: Counter[str]) -> None:
        """Add to what became of them."""
        self.ends.setdefault(entrance, Counter()).update(ends)

    def lines(self) -> list[str]:
        """Return a line for each entrance and one for all."""
        lines = [
            f"{ends.total():>8,}  {entrance}: " + ", ".join(f"{end} {count:,}" for end, count in ends.most_common())
            for entrance, ends in self.ends.items()
        ]
        return [*lines, f"{sum(ends.total() for ends in self.ends.values()):>8,}  in all"]

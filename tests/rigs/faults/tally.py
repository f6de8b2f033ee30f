"""What a round counts and prints."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

PASSING = frozenset({"Unavailable", "Overloaded", "DeadlineExceeded", "Cancelled", "Aborted"})
"""The words that a caller is told to ask again after; any other means that a fault leaked out as something else."""

SILENCE = "no answer in time"


@dataclass(slots=True)
class Tally:
    """Counts of a round, or of several."""

    rounds: Counter[str] = field(default_factory=Counter)
    """How often each fault struck."""
    doubts: list[int] = field(default_factory=list)
    """How many writes were in flight at each strike."""
    acknowledged: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    reads: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    felt: Counter[str] = field(default_factory=Counter)
    """Calls that failed from each strike until all had got on."""
    recoveries: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """Seconds from each blow, or from its mending, until all is ready and each writer and reader gets on."""
    audited: int = 0
    """Documents looked at in the end."""

    def failed(self) -> int:
        """Return how many calls have failed so far."""
        return self.refused.total() + self.failures.total()

    def leaks(self) -> set[str]:
        """Return the words that writers and readers heard and should not have."""
        return (set(self.refused) | set(self.failures)) - PASSING

    def lines(self) -> Sequence[str]:
        """Return it for people."""
        seconds = ", ".join(
            f"{fault} {len(took)}x median {median(took):.1f} most {max(took):.1f}"
            for fault, took in self.recoveries.items()
        )
        return [
            f"rounds: {self.rounds.total()}, writes in flight at the strikes: {self.doubts}",
            f"acknowledged: {_words(self.acknowledged)}; refused: {_words(self.refused)}",
            f"reads: {_words(self.reads)}; failed: {_words(self.failures)}",
            f"calls that failed, by fault: {_words(self.felt)}",
            f"seconds to recovery: {seconds}",
            f"documents found as acknowledged: {self.audited}",
        ]


def _words(counter: Counter[str]) -> str:
    return ", ".join(f"{count} {word}" for word, count in counter.most_common()) or "none"

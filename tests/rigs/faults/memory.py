"""What was sent and what was acknowledged, and so what a reader may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class History:
    """The operations on one document, which has one writer; they count from 1, and 0 is before the first."""

    sent: int = 0
    """The last one that was begun."""
    acknowledged: int = 0
    """The last one that its writer was told of."""
    deletions: set[int] = field(default_factory=set)

    def begin(self, *, deleting: bool = False) -> int:
        """Begin the next operation; return its number."""
        self.sent += 1
        if deleting:
            self.deletions.add(self.sent)
        return self.sent

    def acknowledge(self, operation: int) -> None:
        """Note what the writer was told."""
        self.acknowledged = max(self.acknowledged, operation)

    def allows(self, floor: int, seen: int | None) -> bool:
        """Say whether a read that began when `floor` was acknowledged may end now with `seen`; None is no document."""
        gone = self.deletions | {0}
        if seen is None:
            return any(operation in gone for operation in range(floor, self.sent + 1))
        return floor <= seen <= self.sent and seen not in gone


@dataclass(slots=True)
class Memory:
    """All histories of a corpus, by the document's number, and what was seen that must not be."""

    histories: defaultdict[int, History] = field(default_factory=lambda: defaultdict(History))
    broken: list[str] = field(default_factory=list)

    def floors(self) -> Mapping[int, int]:
        """Return what is acknowledged now; a read takes it before it begins."""
        return {number: history.acknowledged for number, history in self.histories.items()}

    def in_doubt(self) -> int:
        """Return how many documents wait for an acknowledgement."""
        return sum(history.sent > history.acknowledged for history in self.histories.values())

    def check(self, number: int, floor: int, seen: int | None, where: str) -> None:
        """Note it when what was seen of a document is not allowed."""
        history = self.histories[number]
        if not history.allows(floor, seen):
            what = "nothing" if seen is None else f"operation {seen}"
            self.broken.append(f"{where}: {what} of document {number}, acknowledged {floor}, sent {history.sent}")

    def expect(self, fine: bool, what: str) -> None:
        """Note what was seen unless it is fine."""
        if not fine:
            self.broken.append(what)

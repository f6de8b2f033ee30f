"""Who waits, and who is next: by priority, and among equals by start-time fair queueing (Goyal, Vin and Cheng, 1996).

Each call bears a tag: the virtual time at which its tenant's turn comes. A tenant that asks a lot has its tags far
ahead, and whoever asks for the first time goes before all of them. So a greedy tenant waits for itself alone.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Final

from chassis.snapshot import Priority

_RANK: Final = {priority: rank for rank, priority in enumerate(Priority)}


@dataclass(order=True, slots=True)
class Waiting:
    """One call that waits for its turn."""

    rank: int
    tag: float
    number: int
    turn: asyncio.Future[None] = field(compare=False)


class Queue:
    """The calls that wait, in the order of their turns."""

    def __init__(self) -> None:
        self._waiting: list[Waiting] = []
        self._tags: dict[str, float] = {}
        self._virtual = 0.0
        self._number = 0
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def join(self, tenant: str, priority: Priority) -> Waiting:
        """Stand in line; the turn is done when it has come."""
        tag = self._tagged(tenant)
        self._number += 1
        turn = asyncio.get_running_loop().create_future()
        waiting = Waiting(rank=_RANK[priority], tag=tag, number=self._number, turn=turn)
        heappush(self._waiting, waiting)
        self._length += 1
        return waiting

    def passing(self, tenant: str) -> None:
        """Count a call that found room at once: it too is one of its tenant's turns."""
        self._virtual = max(self._virtual, self._tagged(tenant))

    def leave(self, waiting: Waiting) -> None:
        """Give the turn up: it is passed over when it would come."""
        if not waiting.turn.done():
            waiting.turn.cancel()
            self._length -= 1

    def ahead(self, priority: Priority) -> int:
        """Return how many would go before a new call of that priority, at most."""
        return sum(not each.turn.done() and each.rank <= _RANK[priority] for each in self._waiting)

    def call(self) -> bool:
        """Give the next one its turn; tell whether there was one."""
        while self._waiting:
            waiting = heappop(self._waiting)
            if not waiting.turn.done():
                self._virtual = max(self._virtual, waiting.tag)
                self._length -= 1
                waiting.turn.set_result(None)
                return True
        return False

    def _tagged(self, tenant: str) -> float:
        if not self._waiting:
            self._tags = {name: tag for name, tag in self._tags.items() if tag > self._virtual}
        tag = max(self._virtual, self._tags.get(tenant, 0.0))
        self._tags[tenant] = tag + 1
        return tag

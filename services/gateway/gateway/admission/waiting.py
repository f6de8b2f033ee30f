"""Who waits, and who is next: by priority, and among equals by start-time fair queueing (Goyal, Vin and Cheng, 1996).

Each tenant has a line, and the virtual time at which its next turn comes; a turn that comes moves that time on. A
tenant that has many turns is far ahead, and whoever asks for the first time goes before it. So a greedy tenant waits
for itself alone. It makes room for the others, too: in a full queue the newest call of the tenant that has most in it
goes, as from a router's fullest flow (Høiland-Jørgensen et al., RFC 8290, 2018).
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from itertools import count
from typing import Final

from chassis.snapshot import Priority

_RANK: Final = {priority: rank for rank, priority in enumerate(Priority)}


@dataclass(slots=True, eq=False)
class Waiting:
    """One call that waits for its turn."""

    tenant: str
    rank: int
    greedy: bool
    """Whether its tenant asks for more than its part: it goes after its equals that do not."""

    number: int
    turn: asyncio.Future[bool]
    """True when it has come, False when somebody else was given the place in line."""


class Queue:
    """The calls that wait, in the order of their turns."""

    def __init__(self) -> None:
        self._lines: dict[tuple[int, str], deque[Waiting]] = {}
        """By rank and tenant; none is empty."""

        self._due: dict[str, float] = {}
        self._virtual = 0.0
        self._numbers = count()
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def join(self, tenant: str, priority: Priority, *, greedy: bool = False) -> Waiting:
        """Stand in line; the turn is done when it has come, or when the place is lost to somebody else."""
        turn = asyncio.get_running_loop().create_future()
        waiting = Waiting(tenant, _RANK[priority], greedy, next(self._numbers), turn)
        line = self._lines.setdefault((waiting.rank, tenant), deque())
        if not line:
            self._due[tenant] = max(self._virtual, self._due.get(tenant, 0.0))
        line.append(waiting)
        self._length += 1
        return waiting

    def passing(self, tenant: str) -> None:
        """Count a call that found room at once: it too is one of its tenant's turns."""
        if not self._lines:
            self._due = {name: due for name, due in self._due.items() if due > self._virtual}
        self._virtual = max(self._virtual, self._due.get(tenant, 0.0))
        self._due[tenant] = self._virtual + 1

    def leave(self, waiting: Waiting) -> None:
        """Give the turn up."""
        line = self._lines[waiting.rank, waiting.tenant]
        line.remove(waiting)
        self._length -= 1
        if not line:
            del self._lines[waiting.rank, waiting.tenant]

    def yield_place(self, tenant: str, priority: Priority) -> bool:
        """Take a place from whoever has less right to it than a new call; tell whether there was one.

        That is the newest call of the lowest priority, of the tenant that has most of those. It yields to a higher
        priority, and among equals to a tenant that will still have fewer.
        """
        if not self._lines:
            return False
        last = max(rank for rank, _ in self._lines)
        fullest = max((line for (rank, _), line in self._lines.items() if rank == last), key=len)
        rank = _RANK[priority]
        if last < rank or (last == rank and len(fullest) <= len(self._lines.get((rank, tenant), ())) + 1):
            return False
        newest = fullest[-1]
        self.leave(newest)
        newest.turn.set_result(False)
        return True

    def ahead(self, tenant: str, priority: Priority) -> int:
        """Return how many would go before a new call: of other tenants no more than take their turns with its own."""
        rank = _RANK[priority]
        own = len(self._lines.get((rank, tenant), ()))
        higher = sum(len(line) for (other, _), line in self._lines.items() if other < rank)
        return higher + sum(
            own if other == tenant else min(len(line), own + 1)
            for (equal, other), line in self._lines.items()
            if equal == rank
        )

    @property
    def next(self) -> Waiting | None:
        """The call whose turn comes next."""
        first = (line[0] for line in self._lines.values())
        return min(first, default=None, key=lambda one: (one.rank, one.greedy, self._due[one.tenant], one.number))

    def call(self, waiting: Waiting) -> None:
        """Give it its turn."""
        self.leave(waiting)
        self._virtual = max(self._virtual, self._due[waiting.tenant])
        self._due[waiting.tenant] += 1
        waiting.turn.set_result(True)

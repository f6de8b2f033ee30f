"""Room for each kind of call."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from gateway.access.roles import Kind
from gateway.admission.admission import Admission
from gateway.visits.visit import Visit


class Room:
    """Admits visits, each by its kind."""

    def __init__(self, admission: Mapping[Kind, Admission]) -> None:
        self._admission = admission

    @asynccontextmanager
    async def around(self, visit: Visit) -> AsyncIterator[None]:
        """Let the visit in for the block when its turn comes; raise `Overloaded` when that would be too late."""
        async with self._admission[visit.kind].admitted(visit.who.tenant, visit.priority) as turn:
            yield
            turn.work = visit.work

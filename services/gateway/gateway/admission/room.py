"""Room for each kind of call."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from opentelemetry.metrics import MeterProvider

from gateway.access.roles import Kind
from gateway.admission.admission import Admission
from gateway.admission.meters import Meters
from gateway.admission.refusal import TooManyCalls
from gateway.visits.visit import Visit


class Room:
    """Admits visits, each by its kind."""

    def __init__(self, admission: Mapping[Kind, Admission], provider: MeterProvider | None = None) -> None:
        self._admission = admission
        self._meters = Meters(admission, provider)

    @asynccontextmanager
    async def around(self, visit: Visit) -> AsyncIterator[None]:
        """Let the visit in for the block when its turn comes; raise `TooManyCalls` when that would be too late."""
        try:
            async with self._admission[visit.kind].admitted(visit.who.tenant, visit.priority) as turn:
                yield
                turn.work = visit.work
        except TooManyCalls as refusal:
            self._meters.refused(visit.kind, visit.priority, refusal.why)
            raise

"""Keeps our routes those of the cluster, for as long as it runs.

One replica does so at a time: another one that sees the cluster later would bring back for a moment what was changed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from typing import Final

import structlog

from chassis.errors import ServiceError
from control.changing.changes import Changes
from control.mirroring.planning import judged, mirrored, verdicts
from control.mirroring.status import status_of
from control.mirroring.words import Cluster, Found
from control.ports import Lead
from control.resources.building import Misfit
from control.resources.words import Author

AUTHOR: Final = Author("kubernetes", "")
PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 30.0
"""Seconds until the cluster is asked again after it failed once, and after it failed for long."""

_log = structlog.get_logger("control")


def _utc() -> datetime:
    return datetime.now(UTC)


class Mirror:
    """Takes Route resources over, and tells them."""

    def __init__(self, cluster: Cluster, changes: Changes, now: Callable[[], datetime] = _utc) -> None:
        self._cluster = cluster
        self._changes = changes
        self._now = now

    async def run(self) -> None:
        """Follow the cluster until cancelled; when it is away, what holds goes on to hold."""
        pause = PAUSE
        while True:
            try:
                async with aclosing(self._cluster.routes()) as changes:
                    async for found in changes:
                        await self.reconcile(found)
                        pause = PAUSE
            except (ServiceError, Misfit) as failure:
                reason = failure.reason if isinstance(failure, ServiceError) else str(failure)
                _log.warning("the routes of the cluster cannot be followed", reason=reason)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    async def reconcile(self, found: Sequence[Found]) -> None:
        """Make the routes what these resources say, and tell each what became of it."""
        accepted, refused = judged(found)
        outcome = await self._changes.make(partial(mirrored, accepted=accepted, refused=refused), AUTHOR)
        if outcome.changes:
            _log.info("the routes of the cluster changed", version=outcome.version, changes=len(outcome.changes))
        told = {verdict.name: verdict for verdict in verdicts(accepted, refused, outcome.version)}
        for one in found:
            if (status := status_of(one, told[one.name], self._now())) is not None:
                await self._cluster.tell(one.name, status)


@asynccontextmanager
async def mirroring(cluster: Cluster, changes: Changes, lead: Lead) -> AsyncIterator[None]:
    """Follow the cluster while the block lasts and no other replica does."""
    following = asyncio.create_task(_led(lead, Mirror(cluster, changes)), name="routes of the cluster")
    try:
        yield
    finally:
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following


async def _led(lead: Lead, mirror: Mirror) -> None:
    while True:
        try:
            await lead.led(mirror.run)
        except ServiceError as failure:
            _log.warning("the routes of the cluster wait for the store", reason=failure.reason)
        await asyncio.sleep(PAUSE)

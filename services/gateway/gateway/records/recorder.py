"""Stands around each visit, and lets nothing leave before its record is durable."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from chassis.errors import ServiceError, Unavailable
from gateway.records.committing import Committer
from gateway.records.making import recorded
from gateway.visits.visit import Visit

OK: Final = "OK"
BROKEN_OFF: Final = "CANCELLED"
"""The outcome of a request whose caller went away, or whose time was up."""


class Recorder:
    """Records visits, however they end."""

    def __init__(self, committer: Committer) -> None:
        self._committer = committer

    @asynccontextmanager
    async def around(self, visit: Visit) -> AsyncIterator[None]:
        """Hold for the block; raise `Unavailable` at once when its record could not be written.

        A refusal or a failure waits for its record, too, and stands when that cannot be written. Nobody waits for the
        record of a request that was broken off.
        """
        self._committer.check()
        try:
            yield
        except (asyncio.CancelledError, GeneratorExit):
            self._committer.leave(recorded(visit, BROKEN_OFF))
            raise
        except Exception as failure:
            await self._failed(visit, failure)
            raise
        await self._committer.commit(recorded(visit, OK))

    async def _failed(self, visit: Visit, failure: Exception) -> None:
        reason = failure.reason if isinstance(failure, ServiceError) else "INTERNAL"
        with suppress(Unavailable):
            await self._committer.commit(recorded(visit, reason))

"""Follows the file of tenants and keys: what changes there holds within a moment.

A file that is broken changes nothing: the last good one holds, and the log says which line is wrong. A key that was
revoked is therefore only gone once the file is right, which the log of the next good one shows.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import structlog

from chassis.snapshot.loading import BrokenFile, load
from chassis.snapshot.types import Snapshot

Stamp = tuple[int, int, int]
"""What tells that a file is another one: time of change, size, number."""

_log = structlog.get_logger("chassis.snapshot")


class FileFollower:
    """Reads each new good snapshot in a file."""

    def __init__(self, path: Path, every: float) -> None:
        self._path = path
        self._every = every
        self._seen: Stamp | None = None

    async def first(self) -> Snapshot:
        """Return what the file holds now; raise `BrokenFile` or `OSError`, for without keys nobody can be served."""
        self._seen = self._stamp()
        return await asyncio.to_thread(load, self._path)

    async def watch(self, tell: Callable[[Snapshot], None]) -> None:
        """Look again and again, until cancelled; tell of each new snapshot."""
        while True:
            await asyncio.sleep(self._every)
            if snapshot := await self.news():
                tell(snapshot)

    async def news(self) -> Snapshot | None:
        """Return what the file holds if it changed and is good."""
        stamp = self._stamp()
        if stamp == self._seen:
            return None
        self._seen = stamp
        try:
            snapshot = await asyncio.to_thread(load, self._path)
        except (BrokenFile, OSError, UnicodeDecodeError) as failure:
            _log.warning("the configuration is broken; the last good one holds", failure=str(failure))
            return None
        _log.info("the configuration changed", version=snapshot.version, keys=len(snapshot.keys))
        return snapshot

    def _stamp(self) -> Stamp | None:
        try:
            status = self._path.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size, status.st_ino

"""Follows control: what it sends is checked, kept and told; what is broken, or older than what holds, changes nothing.

A stream that ends is opened again, after a wait that doubles from 0.1 s to 0.4 s; the wait is drawn at random up
to that, so that not all services of a cluster come back at once. It stays short, for once control is back the
next change is due within a second.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Final, NamedTuple, Protocol

import structlog
from pydantic import ValidationError

from chassis.errors import ServiceError
from chassis.snapshot.following.kept import Kept
from chassis.snapshot.types import Snapshot

FIRST_WAIT: Final = 0.1
LONGEST_WAIT: Final = 0.4
"""Seconds; the channel to control takes up to as long again to connect."""

_log = structlog.get_logger("chassis.snapshot")


class Sent(NamedTuple):
    """What control sends."""

    version: int
    document: bytes
    """The snapshot as JSON; empty when the version is the one that we have."""


class Source(Protocol):
    """Control, watched."""

    def watch(self, version: int) -> AsyncGenerator[Sent, None]:
        """Yield what is newer than the version, as it comes; raise `ServiceError` when control cannot be reached."""
        ...


class StreamFollower:
    """Follows a source; `patience` is in seconds, `draw` gives numbers between 0 and 1."""

    def __init__(self, source: Source, kept: Kept, patience: float, draw: Callable[[], float] = random.random) -> None:
        self._source = source
        self._kept = kept
        self._patience = patience
        self._draw = draw
        self._version = -1

    async def first(self) -> Snapshot:
        """Return what control says, or after the patience what was kept; without either, wait for control."""
        kept = await asyncio.to_thread(self._kept.read)
        if kept is None:
            return await self._fresh()
        self._version = kept.version - 1
        try:
            async with asyncio.timeout(self._patience):
                return await self._fresh()
        except TimeoutError:
            self._version = kept.version
            _log.warning("control is away; the snapshot that was kept holds", version=kept.version)
            return kept

    async def watch(self, tell: Callable[[Snapshot], None]) -> None:
        """Tell of each newer snapshot, until cancelled."""
        async with aclosing(self._snapshots()) as snapshots:
            async for snapshot in snapshots:
                _log.info("the configuration changed", version=snapshot.version)
                tell(snapshot)

    async def _fresh(self) -> Snapshot:
        async with aclosing(self._snapshots()) as snapshots:
            return await anext(snapshots)

    async def _snapshots(self) -> AsyncGenerator[Snapshot, None]:
        """Yield newer snapshots, over as many streams as it takes."""
        failed = 0
        while True:
            try:
                async with aclosing(self._source.watch(max(self._version, 0))) as stream:
                    async for sent in stream:
                        failed = 0
                        if (snapshot := await self._good(sent)) is not None:
                            yield snapshot
            except ServiceError as failure:
                if failed == 1:
                    _log.warning("control is away; the last good configuration holds", failure=str(failure))
            failed += 1
            await asyncio.sleep(self._draw() * min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(failed - 1, 10)))

    async def _good(self, sent: Sent) -> Snapshot | None:
        """Return what was sent if it is to hold from now on; keep it."""
        if sent.version < self._version:
            _log.error("control has an older version than ours, which holds", theirs=sent.version, ours=self._version)
        if sent.version <= self._version or not sent.document:
            return None
        try:
            snapshot = await asyncio.to_thread(Snapshot.model_validate_json, sent.document)
        except ValidationError as failure:
            details = failure.errors(include_url=False, include_input=False, include_context=False)
            _log.error("control sent a broken configuration; the last good one holds", failures=details[:3])
            return None
        if snapshot.version != sent.version:
            _log.error("control sent another version than it said; the last good one holds", said=sent.version)
            return None
        await asyncio.to_thread(self._kept.write, sent.document)
        self._version = snapshot.version
        return snapshot

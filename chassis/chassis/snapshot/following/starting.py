"""Begins to follow, by whichever way the settings name."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Protocol

from chassis.snapshot.following.file import FileFollower
from chassis.snapshot.following.kept import Kept
from chassis.snapshot.following.news import News
from chassis.snapshot.following.stream import Source, StreamFollower
from chassis.snapshot.settings import SnapshotSettings
from chassis.snapshot.types import Snapshot


class Follower(Protocol):
    """Knows where snapshots come from."""

    async def first(self) -> Snapshot:
        """Return the snapshot to start with."""
        ...

    async def watch(self, tell: Callable[[Snapshot], None]) -> None:
        """Tell of each that replaces it, until cancelled."""
        ...


@asynccontextmanager
async def followed(source: Source | None, settings: SnapshotSettings) -> AsyncIterator[News]:
    """Yield the newest snapshot, which is followed inside: that of the source or, without one, the file's."""
    follower = _follower(source, settings)
    news = News(await follower.first())
    watching = asyncio.create_task(follower.watch(news.publish), name="configuration")
    try:
        yield news
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching


def _follower(source: Source | None, settings: SnapshotSettings) -> Follower:
    if source is None:
        return FileFollower(settings.config_file, settings.config_interval)
    return StreamFollower(source, Kept(settings.snapshot_file), settings.control_patience)

"""The lock that says whether a stack is running, and by whom it is held."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

PAUSE = 0.05


def held(lock: Path) -> bool:
    """Whether somebody holds the lock now."""
    if not lock.exists():
        return False
    with lock.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


async def released(lock: Path, within: float) -> bool:
    """Wait until nobody holds the lock; return whether that came to pass in so many seconds."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(within):
            while held(lock):  # noqa: ASYNC110 - the lock belongs to other processes
                await asyncio.sleep(PAUSE)
    return not held(lock)


@asynccontextmanager
async def holding(lock: Path) -> AsyncIterator[None]:
    """Hold the lock while the block runs; wait for whoever holds it before."""
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        while True:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            await asyncio.sleep(PAUSE)
        yield
    finally:
        os.close(descriptor)


async def holders(lock: Path) -> dict[str, int]:
    """Return the process ids of `guardian` and `supervisor`; a guardian that has just begun writes them in a moment."""
    for _ in range(100):
        found = written(lock)
        if found or not held(lock):
            return found
        await asyncio.sleep(PAUSE)
    return {}


def written(lock: Path) -> dict[str, int]:
    """Return what is in the lock file; nothing when it is not written yet."""
    try:
        found: dict[str, int] = json.loads(lock.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found

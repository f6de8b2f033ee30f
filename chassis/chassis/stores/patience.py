"""Waits for stores at the start: what starts beside them need not fail because they come a moment later."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import structlog

from chassis.errors import Unavailable

__all__ = ["patiently"]

EVERY: Final = 0.5
"""Seconds between two attempts."""

T = TypeVar("T")

_log = structlog.get_logger("chassis.stores")


async def patiently(seconds: float, begin: Callable[[], Awaitable[T]]) -> T:
    """Return what `begin` returns, tried again while it raises `Unavailable`; after so many seconds raise that."""
    until = asyncio.get_running_loop().time() + seconds
    told = ""
    while True:
        try:
            return await begin()
        except Unavailable as failure:
            if asyncio.get_running_loop().time() >= until:
                raise
            if str(failure) != told:
                told = str(failure)
                _log.info("waiting at the start", missing=told, seconds=seconds)
        await asyncio.sleep(EVERY)

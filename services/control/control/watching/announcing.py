"""Looks at the store when the bell rings, and publishes what is new."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager, suppress
from typing import Final

import structlog

from chassis.errors import ServiceError
from control.ports import Bell, Store
from control.watching.newest import Newest

PAUSE: Final = 0.5
"""Seconds before listening again when the store is away."""

_log = structlog.get_logger("control.watching")


@asynccontextmanager
async def announcing(store: Store, bell: Bell) -> AsyncIterator[Newest]:
    """Yield the newest snapshot, which is kept the newest inside; raise `ServiceError` when there is none to begin."""
    newest = Newest()
    newest.publish(await store.newest())
    listening = asyncio.create_task(_listen(store, bell, newest), name="bell")
    try:
        yield newest
    finally:
        newest.end()
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening


async def _listen(store: Store, bell: Bell, newest: Newest) -> None:
    while True:
        try:
            async with aclosing(bell.rings()) as rings:
                async for _ in rings:
                    newest.publish(await store.newest())
        except ServiceError as failure:
            _log.warning("the store is away; what was told holds", failure=str(failure))
        await asyncio.sleep(PAUSE)

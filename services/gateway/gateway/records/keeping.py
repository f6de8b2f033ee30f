"""Removes texts whose time is up, a few at a time."""

from __future__ import annotations

import asyncio
from typing import Final, Protocol

import structlog

from chassis.errors import ServiceError

MOST: Final = 1000
"""Texts that are removed by one statement, so that none takes long."""

_log = structlog.get_logger("gateway.records")


class Texts(Protocol):
    """Holds texts."""

    async def expire(self, most: int) -> int:
        """Remove texts whose time is up, that many at most; return how many there were."""
        ...


async def keep(texts: Texts, every: float) -> None:
    """Remove expired texts every so many seconds, until cancelled."""
    while True:
        try:
            while await texts.expire(MOST) == MOST:
                pass
        except ServiceError as failure:
            _log.warning("expired texts could not be removed; they are tried again", reason=failure.reason)
        await asyncio.sleep(every)

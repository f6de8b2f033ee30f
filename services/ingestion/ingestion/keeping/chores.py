"""What is done again and again in the background."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from chassis.errors import ServiceError

__all__ = ["repeated"]

Chore = Callable[[], Awaitable[object]]
Pause = Callable[[float], Awaitable[None]]
Report = Callable[[ServiceError], None]


async def repeated(chore: Chore, every: float, report: Report, pause: Pause = asyncio.sleep) -> None:
    """Do a chore for ever; what it cannot do because a store is away is reported and tried the next time."""
    while True:
        await pause(every)
        try:
            await chore()
        except ServiceError as failure:
            report(failure)

"""How the text leaves: the first piece at once, then in small bundles.

Each message costs every hop some work, and nobody reads faster than a bundle a blink.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from chassis.errors import ServiceError


async def paced(
    texts: AsyncGenerator[str, None], interval: float, clock: Callable[[], float] = time.monotonic
) -> AsyncGenerator[str, None]:
    """Yield the texts, joined so that two are at least `interval` seconds apart.

    None is empty and none is lost: what waits when the texts end, or fail, is yielded first.
    """
    waiting, due = "", 0.0
    failure: ServiceError | None = None
    async with aclosing(texts):
        try:
            async for text in texts:
                waiting += text
                if waiting and clock() >= due:
                    yield waiting
                    waiting, due = "", clock() + interval
        except ServiceError as caught:
            failure = caught
    if waiting:
        yield waiting
    if failure is not None:
        raise failure

"""The requests of a streaming call, watched: gRPC swallows what goes wrong in them."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Iterable
from contextlib import aclosing
from typing import Any


class Requests:
    """Passes the requests on, counts them, and keeps the failure of whoever makes them."""

    def __init__(self, requests: AsyncIterable[Any] | Iterable[Any]) -> None:
        self._requests = requests
        self.count = 0
        self.failure: BaseException | None = None

    async def __aiter__(self) -> AsyncIterator[Any]:
        try:
            async with aclosing(_made(self._requests)) as made:
                async for request in made:
                    self.count += 1
                    yield request
        except Exception as failure:
            self.failure = failure
            raise


async def _made(requests: AsyncIterable[Any] | Iterable[Any]) -> Any:
    if isinstance(requests, AsyncIterable):
        async for request in requests:
            yield request
    else:
        for request in requests:
            yield request

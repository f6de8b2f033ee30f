"""What is needed to make a call again for a shadow: its requests, and somebody who reads the answers and drops them."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Iterable
from typing import Any, Final

from chassis.channel.calls import Call, StreamResponse, UnaryResponse

_MOST: Final = 64
"""Requests of one stream that are kept; a longer stream is not made again."""


class Kept:
    """Passes the requests of a stream on, and keeps them."""

    def __init__(self, requests: AsyncIterable[Any] | Iterable[Any]) -> None:
        self._requests = requests
        self.kept: list[Any] = []
        self.whole = False
        """Whether all of them were sent and kept."""

    async def __aiter__(self) -> AsyncIterator[Any]:
        count = 0
        if isinstance(self._requests, AsyncIterable):
            async for request in self._requests:
                count = self._keep(request, count)
                yield request
        else:
            for request in self._requests:
                count = self._keep(request, count)
                yield request
        self.whole = count <= _MOST

    def _keep(self, request: Any, count: int) -> int:
        if count < _MOST:
            self.kept.append(request)
        return count + 1


async def drained(call: Call) -> None:
    """Read all that a call answers."""
    if isinstance(call, UnaryResponse):
        await call
    if isinstance(call, StreamResponse):
        async for _ in call:
            pass

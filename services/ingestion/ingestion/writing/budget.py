"""A number of bytes that several may hold together."""

from __future__ import annotations

import asyncio
from collections import deque

__all__ = ["Budget"]


class Budget:
    """Hands bytes out in the order in which they were asked for."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._free = size
        self._queue: deque[tuple[int, asyncio.Future[None]]] = deque()

    async def take(self, amount: int) -> None:
        """Wait until the amount is free and take it; more than there is at all counts as all there is."""
        turn = asyncio.get_running_loop().create_future()
        self._queue.append((min(amount, self._size), turn))
        self._serve()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.give(amount)
            raise

    def give(self, amount: int) -> None:
        """Give back what was taken."""
        self._free += min(amount, self._size)
        self._serve()

    def _serve(self) -> None:
        while self._queue and (self._queue[0][1].done() or self._queue[0][0] <= self._free):
            amount, turn = self._queue.popleft()
            if not turn.done():
                self._free -= amount
                turn.set_result(None)

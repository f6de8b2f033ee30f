"""Who needs an original now: what is needed is not removed, and what is being removed is waited for.

An original is kept before the ledger knows of its document. In between only its writer knows that it will be needed.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

__all__ = ["Uses"]

Key = tuple[str, str]
"""Tenant and digest."""


class Uses:
    """Counts who needs what. Of one process: there is one that writes."""

    def __init__(self) -> None:
        self._users: Counter[Key] = Counter()
        self._going: dict[Key, asyncio.Event] = {}

    @asynccontextmanager
    async def held(self, key: Key) -> AsyncIterator[None]:
        """Need the original inside; wait first while it is being removed."""
        while key in self._going:
            await self._going[key].wait()
        self._users[key] += 1
        try:
            yield
        finally:
            self._users[key] -= 1
            if not self._users[key]:
                del self._users[key]

    @contextmanager
    def removing(self, key: Key) -> Iterator[bool]:
        """Tell whether nobody needs the original; if so, nobody gets to need it before the block ends."""
        if key in self._users or key in self._going:
            yield False
            return
        gone = self._going[key] = asyncio.Event()
        try:
            yield True
        finally:
            del self._going[key]
            gone.set()

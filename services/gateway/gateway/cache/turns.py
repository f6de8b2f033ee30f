"""Whose turn it is to make an answer, among gateways: one makes it, the others give it once it is kept.

A turn is a short lease on the shelf that is renewed while the work lasts, so it ends with the gateway that holds it.
Nobody waits twice: whoever has waited and finds no answer makes their own, at once and beside all others who waited.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from chassis import deadline
from gateway.cache.cache import Cache
from gateway.cache.entries import Entry
from gateway.cache.words import Key, Stamp

LEASE: Final = 2.0
"""Seconds after which the turn of a gateway that died is over."""

PART: Final = 0.5
"""Of the time that is left that may be waited at most: the rest is for making the answer after all."""

_FIRST: Final = 0.05
_LONGEST: Final = 0.5
_SLOWER: Final = 1.5
"""Seconds before the first look, between two looks at most, and what they grow by."""


class Turns:
    """The turns of one gateway; it waits for those of others for `patience` seconds at most."""

    def __init__(self, cache: Cache, patience: float) -> None:
        self._cache = cache
        self._patience = patience
        self._holder = uuid.uuid4().hex

    async def waited(self, key: Key, stamp: Stamp) -> Entry | None:
        """Return the answer that another gateway makes of the key; None when it is ours to make."""
        clock, pause = asyncio.get_running_loop().time, _FIRST
        until = clock() + self._patient()
        maker = await self._cache.claim(key, stamp, self._holder, LEASE)
        while maker != self._holder and (left := until - clock()) > 0:
            await asyncio.sleep(min(pause, left))
            pause = min(pause * _SLOWER, _LONGEST)
            sight = await self._cache.look(key)
            if sight.entry is not None or sight.stamp != stamp:
                return sight.entry
            if await self._cache.claim(key, stamp, self._holder, LEASE) != maker:
                break
        return None

    @asynccontextmanager
    async def taken(self, key: Key, stamp: Stamp) -> AsyncIterator[None]:
        """Keep the turn that was taken by `waited` for as long as the block lasts, if it is ours."""
        renewing = asyncio.create_task(self._renewed(key, stamp))
        try:
            yield
        finally:
            renewing.cancel()
            await asyncio.wait([renewing])
            await self._cache.release(key, stamp, self._holder)

    async def _renewed(self, key: Key, stamp: Stamp) -> None:
        ours = True
        while ours:
            await asyncio.sleep(LEASE / 3)
            ours = await self._cache.claim(key, stamp, self._holder, LEASE) == self._holder

    def _patient(self) -> float:
        left = deadline.remaining()
        return self._patience if left is None else min(self._patience, left * PART)

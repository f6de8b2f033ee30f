"""Looks answers up and keeps them. Without its shelf there is no cache, and nobody waits for one."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from chassis.errors import ServiceError
from gateway.cache.entries import Entry, packed, unpacked
from gateway.cache.ports import AnswerShelf
from gateway.cache.words import NOTHING, Key, Looked, Stamp


@dataclass(frozen=True, slots=True)
class Sight:
    """What there is for a question."""

    stamp: Stamp | None
    """None when nothing may be kept or shared either."""

    entry: Entry | None


class Cache:
    """Keeps answers on a shelf; leaves the shelf alone for `rest` seconds after it failed."""

    def __init__(
        self, shelf: AnswerShelf, largest: int, rest: float = 1.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._shelf = shelf
        self._largest = largest
        self._rest = rest
        self._clock = clock
        self._until = 0.0

    async def look(self, key: Key) -> Sight:
        """Return the answer that may be given again, if there is one."""
        looked = await self._looked(key)
        entry = None if looked.value is None else unpacked(looked.value, key.digest)
        if entry is not None and not entry.holds(looked.made):
            entry = None
        return Sight(looked.stamp, entry)

    async def keep(self, key: Key, stamp: Stamp, version: int, entry: Entry, seconds: float) -> bool:
        """Keep an answer that was made at that version of the corpus; tell whether it is kept.

        It is not when the corpus changed between the look and the answer, or since, or when it is too large.
        """
        value = packed(entry, key.digest)
        if version != stamp.version or len(value) > self._largest or self._resting:
            return False
        try:
            return await self._shelf.keep(key, stamp, value, entry.made, seconds)
        except ServiceError:
            self._until = self._clock() + self._rest
            return False

    async def claim(self, key: Key, stamp: Stamp, holder: str, seconds: float) -> str:
        """Take the turn to make an answer, or keep it; return who has it. Without the shelf everybody has it."""
        if self._resting:
            return holder
        try:
            return await self._shelf.claim(key, stamp, holder, seconds)
        except ServiceError:
            self._until = self._clock() + self._rest
            return holder

    async def release(self, key: Key, stamp: Stamp, holder: str) -> None:
        """Give the turn back; when that cannot be done it ends by itself."""
        if not self._resting:
            with suppress(ServiceError):
                await self._shelf.release(key, stamp, holder)

    @property
    def _resting(self) -> bool:
        return self._clock() < self._until

    async def _looked(self, key: Key) -> Looked:
        if self._resting:
            return NOTHING
        try:
            return await self._shelf.look(key)
        except ServiceError:
            self._until = self._clock() + self._rest
            return NOTHING

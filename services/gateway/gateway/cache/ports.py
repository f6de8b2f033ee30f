"""What the cache stands on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from gateway.cache.words import Key, Looked, Scope, Stamp


class AnswerShelf(Protocol):
    """Where answers are kept, shared by all gateways. Every method raises `Unavailable` when it is away or slow."""

    async def look(self, key: Key) -> Looked:
        """Return the corpus's state, and what is kept of the key at that state."""
        ...

    async def keep(self, key: Key, stamp: Stamp, value: bytes, made: Mapping[str, str], seconds: float) -> bool:
        """Keep a value, if the corpus's state is still that one; tell whether it was. `made` is noted in any case."""
        ...

    async def claim(self, key: Key, stamp: Stamp, holder: str, seconds: float) -> str:
        """Take the turn to make the answer at that state, or keep it, for so many seconds; return who has it."""
        ...

    async def release(self, key: Key, stamp: Stamp, holder: str) -> None:
        """Give the turn back, if that holder has it."""
        ...

    async def purge(self, tenant: str, corpus: str) -> int:
        """Forget what is kept for the tenant, of one corpus or of all; return how many answers."""
        ...


class NearShelf(Protocol):
    """Where the questions behind kept answers are, by scope."""

    async def others(self, scope: Scope, stamp: Stamp) -> list[bytes]:
        """Return what was noted of that scope at that state, newest first."""
        ...

    async def note(self, scope: Scope, stamp: Stamp, note: bytes, seconds: float) -> None:
        """Note a question; the oldest goes when there are too many."""
        ...


class Shelf(AnswerShelf, NearShelf, Protocol):
    """Both."""

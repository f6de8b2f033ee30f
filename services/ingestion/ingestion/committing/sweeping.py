"""Removes generations that nobody sees: replaced, deleted, or never committed.

A generation is left alone for a grace, because a search that began before a commit may still ask for it. What is
claimed here cannot be committed any more: a batch that hangs longer than the grace loses, and nobody sees half of it.
"""

from __future__ import annotations

from ingestion.committing.ports import Index, Ledger

__all__ = ["Sweeper"]


class Sweeper:
    """Works the list of surplus generations off."""

    def __init__(self, ledger: Ledger, index: Index, *, grace: float, most: int = 500) -> None:
        self._ledger = ledger
        self._index = index
        self._grace = grace
        self._most = most

    async def sweep(self) -> int:
        """Remove what is old enough, a portion at a time; return how many generations went."""
        swept = 0
        while surplus := await self._ledger.claim(self._grace, self._most):
            for collection in dict.fromkeys(old.collection for old in surplus):
                await self._index.remove(collection, [old for old in surplus if old.collection == collection])
                await self._index.flush(collection)
            await self._ledger.forget(surplus)
            swept += len(surplus)
        return swept

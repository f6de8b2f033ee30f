"""Clears deleted corpora away, portion by portion: nobody sees them, and nobody waits for it.

Placements become surplus and documents go; the sweeper removes rows and chunks as it does for any surplus. When nothing
is left, a collection that was the corpus's own is dropped, and then the corpus itself.
"""

from __future__ import annotations

from typing import Final

from ingestion.keeping.ports import Collections, Graves

__all__ = ["Clearer"]

PORTION: Final = 500
"""Documents in one transaction."""


class Clearer:
    """Works the list of deleted corpora off."""

    def __init__(self, graves: Graves, collections: Collections) -> None:
        self._graves = graves
        self._collections = collections

    async def clear(self) -> int:
        """Clear away what can be; return how many corpora are gone for good."""
        while await self._graves.bury(PORTION):
            pass
        graves = await self._graves.graves()
        for grave in graves:
            for collection in grave.collections:
                await self._collections.drop(collection)
            await self._graves.level(grave)
        return len(graves)

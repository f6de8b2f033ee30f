"""What building indexes needs of the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from ingestion.corpora.words import Corpus, Index, IndexSettings
from ingestion.indexing.words import Building, Stale, Standing

__all__ = ["IndexBook"]


class IndexBook(Protocol):
    """Where indexes are written down. Each call is one transaction; all raise `Unavailable` when the store is away."""

    async def indexes(self, corpus: UUID) -> Sequence[Index]:
        """Return the corpus's indexes by number; those that are being dropped too."""
        ...

    async def begin(self, corpus: UUID, settings: IndexSettings, collection: str, *, switches: bool) -> Index:
        """Write a new index down that is to be built; raise `FailedPrecondition` while another one is built."""
        ...

    async def resume(self, index: UUID) -> bool:
        """Have a kept or unfinished index caught up and switched to; return False when it is neither."""
        ...

    async def drop(self, index: UUID) -> bool:
        """Give an index up that is not live; return False when it is live or gone."""
        ...

    async def unfinished(self) -> Sequence[Building]:
        """Return the indexes that documents may be missing in."""
        ...

    async def stale(self, building: Building, pipeline: str, most: int, after: str = "") -> Sequence[Stale]:
        """Return the next documents after that id that the index lacks and that have not failed for it, by id."""
        ...

    async def fail(self, index: UUID, stale: Stale, reason: str) -> None:
        """Note that this generation of the document cannot be had in the index."""
        ...

    async def standing(self, building: Building, pipeline: str) -> Standing:
        """Return how far the index is."""
        ...

    async def finish(self, building: Building, pipeline: str) -> int | None:
        """Make an index live that lacks nothing, or note that a live one lacks nothing.

        Returns the corpus's version from then on, or None, having changed nothing, when a document is missing.
        """
        ...

    async def clear(self, most: int, older_than: float) -> bool:
        """Clear a portion of what was dropped so many seconds ago away; return whether there was anything."""
        ...


class Corpora(Protocol):
    """Finds corpora."""

    async def named(self, tenant: str, name: str) -> Corpus:
        """Return the tenant's corpus of that name; raise `NotFound`."""
        ...

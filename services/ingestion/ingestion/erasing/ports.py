"""What erasing needs of the stores. All calls raise `Unavailable` when the store is away."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol
from uuid import UUID

from ingestion.committing.words import Look as Found
from ingestion.corpora.words import Corpus
from ingestion.erasing.words import Erasure, Look, Place

__all__ = ["Erasures", "Keeper", "Ledger", "Rows"]


class Erasures(Protocol):
    """Where erasures are written down, beside everything that the ledger holds. Each call is one transaction."""

    async def places(self, corpus: UUID) -> Sequence[Place]:
        """Return where the corpus's indexes have their rows."""
        ...

    async def last(self, corpus: UUID, source_id: str) -> Erasure | None:
        """Return the latest erasure of the document that was not overtaken, or None."""
        ...

    async def begin(self, corpus: Corpus, source_id: str, by: str, documents: Collection[UUID]) -> Erasure:
        """Write down that the document is to be erased, with these and all that the ledger knows of it.

        What is written down for an erasure that is not finished yet is added to it. One that is not finished is
        overtaken, and forgotten, by the next document of that id that is committed or held back.
        """
        ...

    async def traces(self, corpus: UUID, source_id: str) -> bool:
        """Tell whether the ledger has a document of that id, visible or held back."""
        ...

    async def page(self, tenant: str, corpus: str, source_id: str, after: UUID | None, limit: int) -> Sequence[Erasure]:
        """Return the next erasures in corpora of that name after that one, the newest first.

        Those of one document with `source_id`, of all when it is empty.
        """
        ...

    async def unfinished(self) -> Sequence[Erasure]:
        """Return the erasures that are not finished, the oldest first."""
        ...

    async def claim(self, erasure: Erasure) -> None:
        """Have none of the document's generations committed any more, and swept once more after a grace.

        A write that was given up may still arrive; what it leaves goes with that sweep.
        """
        ...

    async def scrub(self, erasure: Erasure) -> None:
        """Remove all that the ledger holds of the document, once it is not visible."""
        ...

    async def looks(self, erasure: Erasure) -> Sequence[Look]:
        """Look through the ledger."""
        ...

    async def finish(self, erasure: Erasure, looks: Sequence[Look]) -> Erasure:
        """Keep the record; forget the document's id and everything else that was noted of it."""
        ...


class Rows(Protocol):
    """Holds what is searched."""

    async def documents(self, place: Place, source_id: str) -> Collection[UUID]:
        """Return the documents that have rows under that id of the caller's, committed or not."""
        ...

    async def erase(self, collection: str, documents: Collection[UUID]) -> None:
        """Remove all rows of these documents, and return when that is durable."""
        ...

    async def count(self, collection: str, documents: Collection[UUID]) -> int:
        """Return how many rows of these documents there are now."""
        ...


class Keeper(Protocol):
    """Keeps originals."""

    async def has(self, tenant: str, digest: str) -> bool:
        """Tell whether the content is there."""
        ...


class Ledger(Protocol):
    """Says what is visible."""

    async def find(self, corpus: UUID, source_ids: Sequence[str]) -> Found | None:
        """Return the corpus as it is now and those of the documents that are visible; None when there is no corpus."""
        ...

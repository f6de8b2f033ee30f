"""What a commit needs of the stores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID

from chassis.errors import FailedPrecondition
from ingestion.committing.words import Batch, Draft, Look, Surplus
from ingestion.corpora.words import Corpus

__all__ = ["Index", "Ledger", "QuotaExceeded", "VersionShelf"]


class QuotaExceeded(FailedPrecondition):
    """The corpus would hold more than it may."""


class Ledger(Protocol):
    """Says what is visible. Each call is one transaction; all raise `Unavailable` when the store is away."""

    async def find(self, corpus: UUID, source_ids: Sequence[str]) -> Look | None:
        """Return the corpus as it is now and those of the documents that are visible; None when there is no corpus."""
        ...

    async def announce(self, drafts: Sequence[Draft]) -> None:
        """Note generations as surplus, durably, before they are written anywhere.

        Raises `Aborted`, having noted nothing, when a document has had such a generation, or a later one, already: its
        rows would be taken for those that count, and be swept with them.
        """
        ...

    async def commit(self, batch: Batch) -> Mapping[UUID, int]:
        """Make all of the batch visible at once and return the version of each corpus in it.

        Raises `Aborted`, having changed nothing, when a document or an index is no longer as the batch believes, or
        when a draft is no longer announced; `QuotaExceeded` when a corpus would hold more than it may.
        """
        ...

    async def claim(self, older_than: float, most: int) -> Sequence[Surplus]:
        """Return generations that have been surplus for that many seconds; none of them can be committed any more."""
        ...

    async def forget(self, surplus: Sequence[Surplus]) -> None:
        """Drop all that the ledger holds of these generations."""
        ...


class Index(Protocol):
    """Holds what is searched. All calls raise `Unavailable` when the store is away."""

    async def write(self, collection: str, drafts: Sequence[Draft]) -> None:
        """Add the drafts' chunks."""
        ...

    async def flush(self, collection: str) -> None:
        """Return when all that was written is durable."""
        ...

    async def remove(self, collection: str, surplus: Sequence[Surplus]) -> None:
        """Remove these generations' chunks; it does not matter whether they are there."""
        ...


class VersionShelf(Protocol):
    """Shows each corpus's version to whoever caches by it. Raises `Unavailable` when it is away."""

    async def put(self, corpus: Corpus, version: int) -> None:
        """Show the version."""
        ...

    async def drop(self, corpora: Sequence[Corpus]) -> None:
        """Show none for these corpora."""
        ...

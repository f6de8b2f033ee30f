"""What quarantine needs of the stores. All calls raise `Unavailable` when the store is away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ingestion.checking.held import Held
from ingestion.checking.words import Author
from ingestion.corpora.words import Corpus

__all__ = ["HeldBook", "Reading"]


class HeldBook(Protocol):
    """Where held documents are written down. An author sees what the author may read, and what the author wrote."""

    async def page(self, corpus: Corpus, author: Author, after: str, limit: int) -> Sequence[Held]:
        """Return the next held documents after that id, by id."""
        ...

    async def some(self, corpus: Corpus, author: Author, source_ids: Sequence[str]) -> Sequence[Held]:
        """Return those of the documents that are held."""
        ...

    async def discard(self, corpus: Corpus, author: Author, source_ids: Sequence[str]) -> int:
        """Forget held documents; return how many there were."""
        ...


class Reading(Protocol):
    """Who has the originals."""

    async def read(self, tenant: str, digest: str) -> bytes:
        """Return the content; raise `LostOriginal` when it is not there, `Unavailable` when the store is away."""
        ...

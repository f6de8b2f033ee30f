"""What keeping needs of the ledger and the index."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from chassis.filters import Condition
from ingestion.corpora.words import Corpus

__all__ = [
    "Candidate",
    "Collections",
    "Found",
    "Grave",
    "Graves",
    "KeptOriginal",
    "OriginalStore",
    "References",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A document that is to go, unless it is changed first."""

    corpus: Corpus
    source_id: str
    generation: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Grave:
    """A deleted corpus of which nothing is left but its own row."""

    corpus: UUID
    collections: tuple[str, ...]
    """Those that were its own; no row of theirs is surplus any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptOriginal:
    """An original in the store."""

    tenant: str
    digest: str
    modified: datetime
    """When it was kept last."""


class Found(Protocol):
    """Finds documents. All calls raise `Unavailable` when the store is away."""

    async def matching(self, corpus: Corpus, condition: Condition, after: str, most: int) -> Sequence[Candidate]:
        """Return the next documents after that id that match, by id."""
        ...

    async def aged(self, now: datetime, most: int) -> Sequence[Candidate]:
        """Return documents that are older than their corpus keeps them, the oldest first."""
        ...


class Graves(Protocol):
    """Clears deleted corpora away. Each call is one transaction; all raise `Unavailable` when the store is away."""

    async def bury(self, most: int) -> bool:
        """Take a portion of what deleted corpora hold out of the books, as surplus; return whether there was any."""
        ...

    async def graves(self) -> Sequence[Grave]:
        """Return deleted corpora of which nothing is left."""
        ...

    async def level(self, grave: Grave) -> None:
        """Drop the last that is known of the corpus."""
        ...


class Collections(Protocol):
    """Holds vectors."""

    async def drop(self, collection: str) -> None:
        """Drop the collection with all that is in it, if it is there; raise `Unavailable` when the store is away."""
        ...


class References(Protocol):
    """Knows which originals are somebody's. Raises `Unavailable` when the store is away."""

    async def unreferenced(self, tenant: str, digests: Sequence[str]) -> Collection[str]:
        """Return those that no document of the tenant refers to, visible or held back."""
        ...

    async def settled(self, tenant: str, digests: Sequence[str]) -> Collection[str]:
        """Return the same, once every commit that was begun before has been made or never will be."""
        ...


class OriginalStore(Protocol):
    """Keeps originals. All calls raise `Unavailable` when the store is away."""

    def listed(self, tenant: str = "") -> AsyncIterator[Sequence[KeptOriginal]]:
        """Yield what is kept of the tenant, or of all, in portions."""
        ...

    async def remove(self, tenant: str, digest: str) -> None:
        """Remove the content, if it is there."""
        ...

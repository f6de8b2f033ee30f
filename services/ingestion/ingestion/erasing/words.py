"""The words for what is erased, and for what was looked for afterwards."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

__all__ = ["Erasure", "ErasurePage", "Look", "Place", "name_of"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where an index has its rows."""

    collection: str
    index: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look into a store after everything was removed."""

    store: str
    place: str
    looked_for: int
    found: int
    shared: int = 0
    """Of what was looked for, that stays because other documents have it too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """An erasure, and once it is finished the record of it."""

    id: UUID
    tenant: str
    corpus: UUID
    corpus_name: str
    document: str
    """What `name_of` makes of the corpus and the caller's id: all that is kept of them."""

    source_id: str = ""
    """The caller's id; empty once it is finished, as are the three below."""

    documents: frozenset[UUID] = frozenset()
    """Ours of all documents that had that id, as far as any store knows of them."""

    places: frozenset[Place] = frozenset()
    """Every index that may have rows of it."""

    originals: frozenset[str] = frozenset()
    """Digests of its originals."""

    by: str
    """The id of the key that asked."""

    asked: datetime
    finished: datetime | None = None
    overtaken: datetime | None = None
    """When a document of that id came before it was finished: what was acknowledged last holds."""

    looks: tuple[Look, ...] = ()

    @property
    def collections(self) -> tuple[str, ...]:
        """The collections that may have rows of it, each once."""
        return tuple(sorted({place.collection for place in self.places}))


@dataclass(frozen=True, slots=True)
class ErasurePage:
    """Some erasures, the newest first."""

    erasures: Sequence[Erasure]
    more: bool
    """Whether others follow."""


def name_of(corpus: UUID, source_id: str) -> str:
    """Return the name of a document in records: who knows its id finds them, and nobody reads the id from them."""
    return hashlib.sha256(f"{corpus}/{source_id}".encode()).hexdigest()

"""What checks need of the stores. All calls raise `Unavailable` when the store is away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from ingestion.quality.sizes import Sizes

__all__ = ["Candidate", "Signatures"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A visible document that shares a band."""

    source_id: str
    signature: bytes
    groups: frozenset[str]
    by: str
    """The id of the key that wrote it."""


class Signatures(Protocol):
    """Knows the signatures of visible documents. They are written with the commit that makes a document visible."""

    async def alike(self, bands: Sequence[Sequence[int]]) -> Sequence[Sequence[Candidate]]:
        """Return for each set of bands some documents, a few dozen at most, that share one of them."""
        ...

    async def usual(self, corpus: UUID) -> Sizes:
        """Return how long the corpus's documents are."""
        ...

"""Brings one document into an index that lacks it: from its original, as if it were put again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ingestion.committing.gathering import Gatherer
from ingestion.committing.words import Draft
from ingestion.indexing.words import Building, Stale
from ingestion.writing.cutting import Cut, Cutter
from ingestion.writing.drafting import row
from ingestion.writing.fingerprint import PIPELINE
from ingestion.writing.putting import finished
from ingestion.writing.turns import Turns
from ingestion.writing.vectors.models import TextEmbedder
from ingestion.writing.words import Incoming

__all__ = ["Originals", "Rebuilder"]


class Originals(Protocol):
    """Keeps what callers sent."""

    async def read(self, tenant: str, digest: str) -> bytes:
        """Return the content; raise `LostOriginal` when it is not there, `Unavailable` when the store is away."""
        ...


class Rebuilder:
    """Rebuilds documents. It takes turns with whoever writes the same document."""

    def __init__(self, originals: Originals, cutter: Cutter, gatherer: Gatherer, turns: Turns) -> None:
        self._originals = originals
        self._cutter = cutter
        self._gatherer = gatherer
        self._turns = turns

    async def rebuild(self, building: Building, stale: Stale, embeddings: TextEmbedder) -> None:
        """Return when the index has the document.

        Raises `Aborted` when the document or the index has changed meanwhile, `LostOriginal` when it has no original,
        `InvalidArgument` when it cannot be cut as this index wants it.
        """
        corpus, made_with = building.corpus, building.index.settings
        async with self._turns.rebuilding((corpus.id, stale.source_id)):
            with self._gatherer.expecting():
                content = await self._originals.read(corpus.tenant, stale.sha256)
                cut = await self._cutter.cut(_incoming(stale, content), made_with.chunking)
                vectors = await embeddings.embed(made_with.embedding, [piece.embedded for piece in cut.pieces])
                await finished(self._gatherer.write(_draft(building, stale, cut, vectors)))


def _incoming(stale: Stale, content: bytes) -> Incoming:
    return Incoming(
        source_id=stale.source_id,
        content=content,
        mime=stale.mime,
        title=stale.title,
        uri=stale.uri,
        groups=stale.groups,
        metadata=stale.metadata,
    )


def _draft(building: Building, stale: Stale, cut: Cut, vectors: Sequence[bytes]) -> Draft:
    rules = building.index.settings.lexical
    return Draft(
        corpus=building.corpus,
        index=building.index,
        id=stale.known.id,
        generation=stale.known.next_generation,
        replaces=stale.known,
        rebuilds=True,
        source_id=stale.source_id,
        title=stale.title,
        uri=stale.uri,
        mime=stale.mime,
        sha256=stale.sha256,
        size=stale.size,
        fingerprint=stale.known.fingerprint,
        pipeline=PIPELINE,
        by=stale.by,
        groups=stale.groups,
        metadata=stale.metadata,
        chunks=tuple(row(piece, vector, rules) for piece, vector in zip(cut.pieces, vectors, strict=True)),
    )

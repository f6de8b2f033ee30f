"""Puts together the generation that is to be committed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from ingestion.committing.words import Draft, DraftChunk, Known
from ingestion.corpora.words import Corpus, Lexical
from ingestion.writing.cutting import Cut, Piece
from ingestion.writing.fingerprint import Prints
from ingestion.writing.lexical import weights
from ingestion.writing.words import Incoming

__all__ = ["Drafting"]


@dataclass(frozen=True, slots=True)
class Drafting:
    """A document and what is known of it before it is cut."""

    corpus: Corpus
    document: Incoming
    prints: Prints
    known: Known | None

    def unchanged(self) -> Known | None:
        """Return what is visible when writing the document would change nothing."""
        return self.known if self.known and self.known.fingerprint == self.prints.fingerprint else None

    def draft(self, cut: Cut, vectors: Sequence[bytes]) -> Draft:
        """Return the next generation; `vectors` holds one row a piece, in order."""
        rules = self.corpus.settings.lexical
        return Draft(
            corpus=self.corpus,
            id=self.known.id if self.known else uuid4(),
            generation=self.known.next_generation if self.known else 1,
            replaces=self.known,
            source_id=self.document.source_id,
            title=cut.title,
            uri=self.document.uri,
            mime=cut.mime,
            sha256=self.prints.content,
            size=len(self.document.content),
            fingerprint=self.prints.fingerprint,
            groups=self.document.groups,
            metadata=self.document.metadata,
            chunks=tuple(_row(piece, row, rules) for piece, row in zip(cut.pieces, vectors, strict=True)),
        )


def _row(piece: Piece, vector: bytes, rules: Lexical) -> DraftChunk:
    return DraftChunk(
        ordinal=piece.chunk.ordinal,
        text=piece.chunk.text,
        headings=piece.chunk.headings,
        start=piece.chunk.start,
        end=piece.chunk.end,
        tokens=piece.chunk.tokens,
        terms=piece.bag.length,
        weights=weights(piece.bag, rules),
        term_ids=tuple(piece.bag.counts),
        vector=vector,
    )

"""Puts together the generation that is to be committed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from ingestion.checking.held import Held
from ingestion.checking.words import Checked
from ingestion.committing.words import Draft, DraftChunk, Known
from ingestion.corpora.words import Corpus, Lexical
from ingestion.writing.cutting import Cut, Piece
from ingestion.writing.fingerprint import PIPELINE, Prints
from ingestion.writing.lexical import weights
from ingestion.writing.words import Incoming

__all__ = ["Drafting", "fresh", "row"]


@dataclass(frozen=True, slots=True)
class Drafting:
    """A document and what is known of it before it is cut."""

    corpus: Corpus
    document: Incoming
    prints: Prints
    known: Known | None

    def unchanged(self) -> Known | None:
        """Return what is visible when writing the document would change nothing."""
        known = self.known
        same = known is not None and known.fingerprint == self.prints.fingerprint and fresh(known)
        return known if same else None

    def held(self, checked: Checked) -> Held:
        """Return the document as quarantine keeps it."""
        document = self.document
        return Held(
            source_id=document.source_id,
            sha256=self.prints.content,
            size=len(document.content),
            mime=document.mime,
            title=document.title,
            uri=document.uri,
            groups=document.groups,
            metadata=document.metadata,
            findings=checked.findings,
            near_duplicate_of=checked.twin.source_id if checked.twin else "",
            by=document.author.by,
        )

    def draft(self, cut: Cut, vectors: Sequence[bytes]) -> Draft:
        """Return the next generation for the live index; `vectors` holds one row a piece, in order."""
        rules = self.corpus.index.settings.lexical
        return Draft(
            corpus=self.corpus,
            index=self.corpus.index,
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
            pipeline=PIPELINE,
            by=self.document.author.by,
            likeness=cut.looked.likeness,
            groups=self.document.groups,
            metadata=self.document.metadata,
            chunks=tuple(row(piece, vector, rules) for piece, vector in zip(cut.pieces, vectors, strict=True)),
        )


def fresh(known: Known) -> bool:
    """Return whether the index has the document as it is, cut as it would be cut now."""
    placed = known.placement
    return placed is not None and (placed.source_generation, placed.pipeline) == (known.generation, PIPELINE)


def row(piece: Piece, vector: bytes, rules: Lexical) -> DraftChunk:
    """Return a piece with its vector and the weights of its terms."""
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

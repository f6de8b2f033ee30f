"""The words for what is committed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from ingestion.corpora.words import Corpus, Index, IndexState
from ingestion.parsing.tools import Tool, parser_of
from ingestion.quality.likeness import Likeness

__all__ = ["Batch", "Draft", "DraftChunk", "Known", "Look", "Placement", "Removal", "Surplus"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where an index has a document: the generation of its chunks there, and what they were made from."""

    generation: int
    source_generation: int
    """The document's generation at that time; the placement is stale when the document has a later one."""

    pipeline: str
    """The version of parsing and cutting that made them."""

    chunks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the ledger knows of a document that is visible."""

    id: UUID
    generation: int
    fingerprint: str
    next_generation: int
    """Higher than any that was ever announced for it."""

    placement: Placement | None
    """In the index that was asked about."""

    held: bool = False
    """Whether another version of it is held back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was found when some documents of a corpus were looked up."""

    corpus: Corpus
    """As it is now, with the index that is live now."""

    known: Mapping[str, Known]
    """Those documents that are there, by the caller's ids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftChunk:
    """A chunk that is ready to be written."""

    ordinal: int
    text: str
    headings: tuple[str, ...]
    start: int
    end: int
    tokens: int
    terms: int
    """How many terms, repeats included."""

    weights: Mapping[int, float]
    """By term."""

    term_ids: tuple[int, ...]
    vector: bytes
    """One row of little-endian float32."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A generation of a document that nobody sees yet."""

    corpus: Corpus
    index: Index
    """The one that its chunks are for."""

    id: UUID
    generation: int
    replaces: Known | None
    rebuilds: bool = False
    """Whether it places a document that is there already, unchanged, in an index that has not got it."""

    source_id: str
    title: str
    uri: str
    mime: str
    sha256: str
    size: int
    fingerprint: str
    pipeline: str
    by: str = ""
    """The id of the key that wrote it."""

    likeness: Likeness | None = None
    """By which later documents are compared with it."""

    groups: tuple[str, ...]
    metadata: Mapping[str, str]
    chunks: tuple[DraftChunk, ...]

    @property
    def source_generation(self) -> int:
        """The document's generation that the chunks are made from."""
        return self.replaces.generation if self.rebuilds and self.replaces else self.generation

    @property
    def parser(self) -> Tool:
        """What read the original."""
        return parser_of(self.mime)

    @property
    def terms(self) -> int:
        """How many terms its chunks hold together."""
        return sum(chunk.terms for chunk in self.chunks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """A document that is to be visible no more."""

    corpus: Corpus
    source_id: str
    known: Known


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What becomes visible, or goes, in one step. No document is in it twice."""

    drafts: tuple[Draft, ...] = field(default=())
    removals: tuple[Removal, ...] = field(default=())

    @property
    def corpora(self) -> tuple[Corpus, ...]:
        """The corpora that readers see change, each once."""
        seen = [draft.corpus for draft in self.drafts if draft.index.state is IndexState.LIVE]
        changed = seen + [removal.corpus for removal in self.removals]
        return tuple({corpus.id: corpus for corpus in changed}.values())

    @property
    def collections(self) -> tuple[str, ...]:
        """The collections that get rows, each once."""
        return tuple(dict.fromkeys(draft.index.collection for draft in self.drafts))

    @property
    def chunks(self) -> int:
        """How many chunks are written."""
        return sum(len(draft.chunks) for draft in self.drafts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surplus:
    """A generation that nobody sees and that may have left rows behind."""

    document: UUID
    generation: int
    collection: str
    chunks: int

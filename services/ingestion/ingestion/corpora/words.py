"""The words for corpora.

A corpus is a pointer: its live index says how documents are cut, which model made their vectors and where these lie.
What an index was made with never changes; another way of making it is another index beside it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from uuid import UUID

from ingestion.corpora.settings import CorpusSettings

__all__ = ["Chunking", "Corpus", "EmbeddingModel", "Index", "IndexSettings", "IndexState", "Lexical"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunking:
    """How documents are cut."""

    max_tokens: int = 256
    """The most tokens in a chunk, headings included."""

    whole_documents: bool = False
    """One chunk a document, whatever its length."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingModel:
    """The model whose vectors the index holds. Vectors of another never mix with them."""

    role: str
    name: str
    version: str
    dimension: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexical:
    """How the weights of terms are made; `docs/storage.md` has the formula and why the length is fixed."""

    analyser: str
    k1: float = 1.2
    b: float = 0.75
    reference_length: float = 128.0
    """Terms; stands where BM25 has the mean length of a collection that never changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexSettings:
    """What an index is made with."""

    chunking: Chunking
    embedding: EmbeddingModel
    lexical: Lexical


class IndexState(Enum):
    """What an index is for."""

    LIVE = "live"
    """Readers search it; each corpus has one."""

    BUILDING = "building"
    """It catches up with the documents, and keeps up; readers do not search it yet."""

    KEPT = "kept"
    """It was live before and stands still; it can be built up again."""

    DROPPING = "dropping"
    """It is being removed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """One way in which a corpus's documents are cut, embedded and searched."""

    id: UUID
    number: int
    """Counts a corpus's indexes, from 1."""

    settings: IndexSettings
    collection: str
    """Where the vectors are."""

    state: IndexState = IndexState.LIVE
    chunks: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """A set of documents that is searched as one."""

    id: UUID
    tenant: str
    name: str
    settings: CorpusSettings = field(default_factory=CorpusSettings, compare=False)
    index: Index
    """The one that is live."""

    version: int = field(default=0, compare=False)
    documents: int = field(default=0, compare=False)
    size: int = field(default=0, compare=False)
    """Bytes of the visible documents' originals."""

"""The words for corpora. A corpus's settings never change: its index was made with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

__all__ = ["Chunking", "Corpus", "CorpusSettings", "EmbeddingModel", "Lexical"]


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
class CorpusSettings:
    """What was decided when the corpus was made."""

    chunking: Chunking
    embedding: EmbeddingModel
    lexical: Lexical


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """A set of documents that is searched as one."""

    id: UUID
    tenant: str
    name: str
    settings: CorpusSettings
    collection: str
    """Where the index keeps its chunks."""

    version: int = field(default=0, compare=False)
    documents: int = field(default=0, compare=False)
    chunks: int = field(default=0, compare=False)

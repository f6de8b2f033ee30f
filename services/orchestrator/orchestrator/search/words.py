"""What a search is asked for, and what it finds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

_SATURATION: Final = 2.2
"""The most that BM25 gives for one term, in units of its inverse document frequency, with the usual k1 = 1.2."""


class Mode(Enum):
    """How chunks are found."""

    DENSE = "dense"
    LEXICAL = "lexical"
    HYBRID = "hybrid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A query against one corpus."""

    corpus: str
    text: str
    mode: Mode = Mode.HYBRID
    top_k: int
    """How many chunks to find, 1 to 1,000."""

    index: int = 0
    """The number of the index to search; 0 is the live one."""

    filter: str = ""
    """Of which documents, as `docs/search.md` has it; empty is of all. Retrieval reads it, nobody before."""

    rerank: bool = True
    """Whether the best candidates are looked at again; only a hybrid search is."""


@dataclass(frozen=True, slots=True)
class Model:
    """A model as it served one request."""

    role: str
    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Vectors:
    """Rows of float32, packed as they came; the rules never look inside."""

    data: bytes
    count: int
    dimension: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A piece of a document, as it is shown."""

    document_id: str
    ordinal: int
    text: str
    headings: tuple[str, ...] = ()
    title: str = ""
    uri: str = ""
    generation: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a chunk stands."""

    document_id: str
    ordinal: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A chunk that was found."""

    chunk: Chunk
    score: float
    dense: float | None = None
    """Cosine of question and chunk; None when the dense half did not see the chunk."""

    lexical: float | None = None
    """BM25 of question and chunk; None when the lexical half did not see the chunk."""

    relevance: float | None = None
    """The calibrated probability that the chunk is relevant; None when it was not reranked."""

    duplicates: tuple[Place, ...] = ()
    """Where else much the same text was found."""


@dataclass(frozen=True, slots=True)
class Term:
    """A stem of the question, and how rare it is in the corpus."""

    text: str
    idf: float


def most(terms: Iterable[Term]) -> float:
    """Return the highest BM25 that a chunk could reach with these terms."""
    return _SATURATION * sum(term.idf for term in terms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The hits, best first, and what they were found with."""

    hits: tuple[Hit, ...]
    terms: tuple[Term, ...] = ()
    corpus_version: int = 0
    models: tuple[Model, ...] = ()
    degraded: tuple[str, ...] = ()
    """Steps that were given up, by name."""

"""What a search is asked for, and what it finds."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from chassis.filters import Condition
from retrieval.records import Chunk, Model
from retrieval.search.weighting import Weighted


class Mode(Enum):
    """How chunks are found."""

    DENSE = "dense"
    LEXICAL = "lexical"
    HYBRID = "hybrid"


@dataclass(frozen=True, slots=True)
class Embedded:
    """The query as a vector, and the model that made it."""

    vector: Sequence[float]
    model: Model


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A query against one corpus."""

    corpus: str
    text: str
    embedded: Callable[[], Awaitable[Embedded | None]]
    """Returns the query's vector when it has come, the same each time; None searches by words alone."""

    mode: Mode
    top_k: int
    """How many chunks to find, 1 to 1,000."""

    index: int = 0
    """The number of the index to search; 0 is the live one."""

    wants: Condition | None = None
    """Of which documents; None is of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A chunk that was found."""

    chunk: Chunk
    score: float
    dense: float | None
    """Cosine; None when the dense half did not see the chunk."""

    lexical: float | None
    """BM25; None when the lexical half did not see the chunk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The hits, best first, and what they were found with."""

    hits: tuple[Hit, ...]
    corpus_version: int
    terms: tuple[Weighted, ...]
    degraded: tuple[str, ...]
    """Halves that were given up, by name."""

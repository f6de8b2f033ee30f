"""What a word of the query is worth in one corpus.

The document's side of BM25 (how often, in how long a chunk) is stored with the chunk; the query's side is how rare the
word is in this corpus, which changes with every commit and must not be moved by another tenant's documents.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chassis.terms import term_id


@dataclass(frozen=True, slots=True)
class Term:
    """A stem of the query."""

    text: str
    id: int
    count: int
    """How often the query says it."""


@dataclass(frozen=True, slots=True)
class Weighted:
    """A stem and its inverse document frequency."""

    text: str
    idf: float


def counted(stems: Sequence[str]) -> tuple[Term, ...]:
    """Return each stem once, in the order of the query."""
    return tuple(Term(stem, term_id(stem), count) for stem, count in Counter(stems).items())


def weighted(terms: Sequence[Term], frequencies: Mapping[int, int], chunks: int) -> tuple[Weighted, ...]:
    """Return what each term is worth among so many chunks."""
    return tuple(Weighted(term.text, idf(frequencies.get(term.id, 0), chunks)) for term in terms)


def query_vector(terms: Sequence[Term], frequencies: Mapping[int, int], chunks: int) -> dict[int, float]:
    """Return the sparse vector of the query; terms that no chunk holds are left out."""
    known = ((term, frequencies.get(term.id, 0)) for term in terms)
    return {term.id: term.count * idf(frequency, chunks) for term, frequency in known if frequency > 0}


def idf(frequency: int, chunks: int) -> float:
    """Return the inverse document frequency of BM25, above 0 even for a word that is everywhere."""
    frequency = min(frequency, chunks)
    return math.log1p((chunks - frequency + 0.5) / (frequency + 0.5))

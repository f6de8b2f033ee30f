"""The document side of BM25: what a term is worth in a chunk, whatever the rest of the corpus looks like.

The other side, how rare a term is, changes with every commit and is multiplied in by the reader.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Final

from chassis.terms import term_id, terms
from ingestion.corpora.words import Lexical

__all__ = ["NOTHING", "Bag", "bag", "weights"]

NOTHING: Final[Mapping[int, float]] = {2**31: 1.0}
"""The weights of a chunk without terms: an index takes no empty vector, and no query holds a term of 32 bits."""


@dataclass(frozen=True, slots=True)
class Bag:
    """The terms of a chunk."""

    length: int
    """How many, repeats included."""

    counts: Mapping[int, int]
    """How often each stands there, by its number."""


def bag(text: str) -> Bag:
    """Count the terms of a text."""
    # Terms never reach across white space, and most words have been met before.
    counts = Counter(chain.from_iterable(map(_numbers, text.split())))
    return Bag(counts.total(), counts)


def weights(terms_of: Bag, rules: Lexical) -> Mapping[int, float]:
    """Return what each term is worth: more with every repeat, but ever less so, and less in a long chunk."""
    if not terms_of.counts:
        return NOTHING
    length = rules.k1 * (1.0 - rules.b + rules.b * terms_of.length / rules.reference_length)
    gain = rules.k1 + 1.0
    return {term: count * gain / (count + length) for term, count in terms_of.counts.items()}


@lru_cache(maxsize=100_000)
def _numbers(word: str) -> tuple[int, ...]:
    return tuple(term_id(term) for term in terms(word))

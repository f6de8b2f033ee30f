"""The document side of BM25: what a term is worth in a chunk, whatever the rest of the corpus looks like.

The other side, how rare a term is, changes with every commit and is multiplied in by the reader.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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
    found = terms(text)
    return Bag(len(found), _numbered(Counter(found).items()))


def weights(terms_of: Bag, rules: Lexical) -> Mapping[int, float]:
    """Return what each term is worth: more with every repeat, but ever less so, and less in a long chunk."""
    if not terms_of.counts:
        return NOTHING
    length = rules.k1 * (1.0 - rules.b + rules.b * terms_of.length / rules.reference_length)
    gain = rules.k1 + 1.0
    return {term: count * gain / (count + length) for term, count in terms_of.counts.items()}


def _numbered(counted: Iterable[tuple[str, int]]) -> Mapping[int, int]:
    # Two stems may share a number; their counts then add up, as they do on the reader's side.
    numbers: Counter[int] = Counter()
    for term, count in counted:
        numbers[term_id(term)] += count
    return numbers

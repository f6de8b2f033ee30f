"""What can be said of a search's result before anything is generated, as numbers for the gate.

All are cheap: stems and scores that are at hand. None is a property of one collection, such as a raw BM25.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest
from typing import Final

from chassis.terms import terms
from orchestrator.evidence.lines import Page
from orchestrator.evidence.weights import Weights
from orchestrator.search.words import Found, Hit, most

DENSE_NAMES: Final = ("cosine", "cosine_gap")
WORD_NAMES: Final = ("line", "missing_names", "bm25")

_NAME: Final = re.compile(r"\b(?:[A-Za-z]*[A-Z][a-z]*[A-Z]\w*|[A-Z][\w.+-]*|\w*[\d_]\w*|\w+(?:[-.]\w+)+)")
_WIDE: Final = 0.3
"""A wider gap says nothing more: in a small corpus the last hits are about something else altogether."""


def dense_features(found: Found) -> tuple[float, ...]:
    """Return the best cosine, and how far it stands out."""
    cosines = [hit.dense for hit in found.hits if hit.dense is not None]
    if not cosines:
        return (0.0,) * len(DENSE_NAMES)
    return (max(cosines), min(max(cosines) - min(cosines), _WIDE))


def word_features(question: str, found: Found, read: Sequence[Page], weights: Weights) -> tuple[float, ...]:
    """Return what shared words say of the sources that were read, and of all that was found."""
    return (
        max((_best_lines(page, weights) for page in read), default=0.0),
        _missing_names(question, found, read),
        _saturated(found),
    )


def _best_lines(page: Page, weights: Weights) -> float:
    """Return the best coverage by two neighbouring lines and the headings above them."""
    lines = page.lines
    pairs = zip_longest(lines, lines[1:])
    return max(
        (weights.covered(page.heading_stems.union(one.stems, two.stems if two else ())) for one, two in pairs),
        default=0.0,
    )


def _stems(hit: Hit) -> frozenset[str]:
    chunk = hit.chunk
    return frozenset(terms(" ".join((chunk.title, *chunk.headings, chunk.text))))


def _missing_names(question: str, found: Found, read: Sequence[Page]) -> float:
    """Return the share of names and identifiers in the question that nothing found holds."""
    words = question.split(maxsplit=1)
    rest = words[1] if len(words) > 1 else ""
    named = {stem for name in _NAME.findall(rest) for stem in terms(name)}
    missing = named.difference(*(page.stems() for page in read))
    for hit in found.hits[len(read) :]:
        if not missing:
            break
        missing -= _stems(hit)
    return len(missing) / len(named) if named else 0.0


def _saturated(found: Found) -> float:
    reachable = most(found.terms)
    best = max((hit.lexical or 0.0 for hit in found.hits), default=0.0)
    return best / reachable if reachable else 0.0

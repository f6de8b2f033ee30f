"""From the ranker's scores to one list: the mean of what fusion said and what the ranker says.

The ranker alone is better where it was fitted and worse where it was not; together with fusion it is better in both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from orchestrator.reranking.features import stretched
from orchestrator.search.words import Hit


def blended(fused: Sequence[float], ranked: Sequence[float], weight: float) -> list[float]:
    """Return a score for each candidate; `weight` is the ranker's share."""
    stretch = stretched(dict(enumerate(ranked)))
    return [(1.0 - weight) * score + weight * stretch[at] for at, score in enumerate(fused)]


def ordered(hits: Sequence[Hit], scores: Sequence[float], rest: Sequence[Hit]) -> tuple[Hit, ...]:
    """Return the candidates by their new scores, then the rest as they were, below them."""
    order = sorted(range(len(hits)), key=lambda at: (-scores[at], at))
    first = [replace(hits[at], score=scores[at]) for at in order]
    least = min(scores, default=1.0)
    return (*first, *(replace(hit, score=min(hit.score, least)) for hit in rest))

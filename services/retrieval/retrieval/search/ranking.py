"""From what the halves found to one list."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Final

from retrieval.records import Place, Scored, Sight
from retrieval.search.fusion import fused
from retrieval.search.words import Hit

DENSE: Final = "dense"
LEXICAL: Final = "lexical"

Scores = Mapping[str, Mapping[Place, float]]
"""By the name of the half: its scores."""


def kept(half: Sequence[Scored], seen: Container[Place], depth: int) -> dict[Place, float]:
    """Return the scores of the best `depth` places that were seen."""
    return dict([(scored.place, scored.score) for scored in half if scored.place in seen][:depth])


def likely(found: Mapping[str, Sequence[Scored]], top_k: int) -> frozenset[Place]:
    """Return the places that will most likely be shown, a few more than asked: most of what is found is visible."""
    scores = {name: {scored.place: scored.score for scored in half} for name, half in found.items()}
    total = _total(scores)
    return frozenset(sorted(total, key=lambda place: -total[place])[: top_k + top_k // 4 + 8])


def ranked(scores: Scores, sights: Mapping[Place, Sight]) -> list[tuple[Place, float]]:
    """Return the places with their scores, best first; equals by document and ordinal."""
    total = _total(scores)
    return sorted(total.items(), key=lambda one: (-one[1], sights[one[0]].document_id, one[0].ordinal))


def told(ranks: Sequence[tuple[Place, float]], scores: Scores, sights: Mapping[Place, Sight]) -> tuple[Hit, ...]:
    """Return the hits; what was replaced in this very moment is left out."""
    dense, lexical = scores.get(DENSE, {}), scores.get(LEXICAL, {})
    return tuple(
        Hit(chunk=chunk, score=score, dense=dense.get(place), lexical=lexical.get(place))
        for place, score in ranks
        if (chunk := sights[place].chunk) is not None
    )


def _total(scores: Scores) -> Mapping[Place, float]:
    """Return one score a place: its own when one half was asked, fused when both were."""
    if len(scores) == 1:
        return next(iter(scores.values()))
    return fused(scores.get(DENSE, {}), scores.get(LEXICAL, {}))

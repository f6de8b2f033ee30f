"""How likely a candidate is relevant, as a probability; docs/relevance.md measures it.

For the ranker over features the weights are fitted and come with the service. A cross-encoder's are whoever brings it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from orchestrator.evidence.logistic import Logistic, load
from orchestrator.reranking.features import NAMES as COLUMNS
from orchestrator.reranking.reranker import Ranking

_LOOKED_AT: Final = ("cosine", "saturation", "coverage", "sentences")
NAMES: Final = ("ranker", "blended", *_LOOKED_AT)
_PLACES: Final = tuple(COLUMNS.index(name) for name in _LOOKED_AT)


def seen(row: Sequence[float], ranker: float, blend: float) -> tuple[float, ...]:
    """Return what the probability of a candidate is computed from, where features are known of it."""
    return (ranker, blend, *(row[at] for at in _PLACES))


class Fitted:
    """From the ranker's score, the blended one and some of the features."""

    def __init__(self, logistic: Logistic) -> None:
        self._logistic = logistic

    def relevance(self, ranking: Ranking, blends: Sequence[float]) -> Sequence[float | None]:
        """Return the probability of each candidate."""
        known = zip(ranking.rows, ranking.scores, blends, strict=True)
        return [self._logistic.probability(seen(*one)) for one in known]


class Scaled:
    """From the score alone: the logistic of `slope` x score + `shift`."""

    def __init__(self, slope: float, shift: float) -> None:
        self._logistic = Logistic(("score",), (slope,), shift)

    def relevance(self, ranking: Ranking, _blends: Sequence[float]) -> Sequence[float | None]:
        """Return the probability of each candidate."""
        return [self._logistic.probability((score,)) for score in ranking.scores]


class Unsaid:
    """Where nobody knows what a score means."""

    def relevance(self, ranking: Ranking, _blends: Sequence[float]) -> Sequence[float | None]:
        """Return None for each candidate."""
        return [None] * len(ranking.scores)


def fitted() -> Fitted:
    """Return the one whose weights come with the service."""
    return Fitted(load("relevance", NAMES))


def scaled(slope: float | None, shift: float) -> Scaled | Unsaid:
    """Return the one for a score whose scale an operator says, or does not."""
    return Unsaid() if slope is None else Scaled(slope, shift)

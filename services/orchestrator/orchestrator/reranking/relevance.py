"""How likely a candidate is relevant, as a probability; the weights are fitted, and docs/relevance.md measures them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from orchestrator.evidence.logistic import Logistic, load
from orchestrator.reranking.features import NAMES as COLUMNS

_LOOKED_AT: Final = ("cosine", "saturation", "coverage", "sentences")
NAMES: Final = ("ranker", "blended", *_LOOKED_AT)
_PLACES: Final = tuple(COLUMNS.index(name) for name in _LOOKED_AT)


def seen(row: Sequence[float], ranker: float, blend: float) -> tuple[float, ...]:
    """Return what the probability is computed from."""
    return (ranker, blend, *(row[at] for at in _PLACES))


def fitted() -> Logistic:
    """Return the weights that come with the service."""
    return load("relevance", NAMES)

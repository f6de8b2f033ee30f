"""The gate: whether the sources hold the answer, decided before anything is generated.

A small model answers every question it is given, so it is not asked when the sources say nothing. The decision is a
calibrated probability and a threshold, both fitted on questions of which we know whether the documents answer them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from orchestrator.evidence.features import DENSE_NAMES, WORD_NAMES, dense_features, word_features
from orchestrator.evidence.lines import Page
from orchestrator.evidence.logistic import Logistic, load
from orchestrator.evidence.weights import Weights
from orchestrator.search.words import Found

HYBRID: Final = (*DENSE_NAMES, *WORD_NAMES)
LEXICAL: Final = WORD_NAMES


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate found."""

    probability: float
    """That the sources hold the answer."""

    opened: bool
    features: tuple[float, ...] = ()


class Gate:
    """Judges the result of a search."""

    def __init__(self, hybrid: Logistic, lexical: Logistic, threshold: float) -> None:
        self._hybrid = hybrid
        self._lexical = lexical
        self._threshold = threshold

    def judge(self, question: str, found: Found, read: Sequence[Page], weights: Weights) -> Verdict:
        """Return how likely the sources are to hold the answer, and whether that is enough."""
        if not read:
            return Verdict(0.0, opened=False)
        words = word_features(question, found, read, weights)
        if any(hit.dense is not None for hit in found.hits):
            features = (*dense_features(found), *words)
            probability = self._hybrid.probability(features)
        else:
            features, probability = words, self._lexical.probability(words)
        return Verdict(probability, probability >= self._threshold, features)


def fitted(threshold: float) -> Gate:
    """Return the gate with the weights that come with the service."""
    return Gate(load("gate-hybrid", HYBRID), load("gate-lexical", LEXICAL), threshold)

"""How likely an answer is right: one number, calibrated on answers that were checked.

Nothing in it is asked of the model: what it says of its own certainty is worth little. What counts is how sure the gate
was, how well the sources support what was said, and how likely the model's tokens were. docs/confidence.md has the
figures.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from orchestrator.evidence.attribution import Attribution
from orchestrator.evidence.logistic import Logistic, load

NAMES: Final = ("gate", "support", "least_support", "supported", "likelihood")

_NO_LOGPROBS: Final = 0.7
"""The likelihood that is assumed when the model tells none: the usual one."""


class Confidence:
    """Turns what is known of an answer into a probability."""

    def __init__(self, model: Logistic) -> None:
        self._model = model

    def of(self, gate: float, attributions: Sequence[Attribution], logprobs: Sequence[float]) -> float:
        """Return the probability that the answer is right."""
        return self._model.probability(features(gate, attributions, logprobs))


def features(gate: float, attributions: Sequence[Attribution], logprobs: Sequence[float]) -> tuple[float, ...]:
    """Return what is known of the answer, in the order of `NAMES`."""
    supports = [each.support for each in attributions] or [0.0]
    lengths = [each.end - each.start for each in attributions] or [1]
    mean = sum(support * length for support, length in zip(supports, lengths, strict=True)) / sum(lengths)
    supported = sum(bool(each.sources) for each in attributions) / len(supports)
    likelihood = math.exp(sum(logprobs) / len(logprobs)) if logprobs else _NO_LOGPROBS
    return (gate, mean, min(supports), supported, likelihood)


def fitted() -> Confidence:
    """Return the calibration that comes with the service."""
    return Confidence(load("confidence", NAMES))

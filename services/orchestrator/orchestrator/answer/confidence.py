"""How likely an answer is right: one number, calibrated on answers that were checked.

Nothing in it is asked of the model: what it says of its own certainty is worth little, and the likelihood of its tokens
did not tell right answers from wrong ones. What counts is what the sources hold, how clearly one line stands out, and
whether the model said what that line says. docs/confidence.md has the figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chassis.terms import terms
from orchestrator.answer.case import Case
from orchestrator.evidence.attribution import Attribution
from orchestrator.evidence.logistic import Logistic, load

NAMES: Final = ("gate", "best_line", "rivals", "agreement", "support")

_MANY: Final = 12
"""Lines to the point from which more of them say nothing more."""


class Confidence:
    """Turns what is known of an answer into a probability."""

    def __init__(self, model: Logistic) -> None:
        self._model = model

    def of(self, case: Case, text: str, attributions: Sequence[Attribution]) -> float:
        """Return the probability that the answer is right; `text` is what the model said, without quotations."""
        return self._model.probability(features(case, text, attributions))


def features(case: Case, text: str, attributions: Sequence[Attribution]) -> tuple[float, ...]:
    """Return what is known of the answer, in the order of `NAMES`."""
    best = case.lines[0] if case.lines else None
    return (
        case.verdict.probability,
        best.score if best else 0.0,
        min(len(case.lines), _MANY) / _MANY,
        _agreement(best.line.stems, text) if best else 0.0,
        _support(attributions, len(text)),
    )


def _agreement(stems: Sequence[str], text: str) -> float:
    """Return the share of the line's stems that the text says."""
    held = set(stems)
    return len(held & set(terms(text))) / len(held) if held else 0.0


def _support(attributions: Sequence[Attribution], end: int) -> float:
    """Return the mean support of the sentences that start before `end`."""
    own = [each.support for each in attributions if each.start < end]
    return sum(own) / len(own) if own else 0.0


def fitted() -> Confidence:
    """Return the calibration that comes with the service."""
    return Confidence(load("confidence", NAMES))

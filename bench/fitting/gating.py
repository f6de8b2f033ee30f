"""What the gate says of a search's result, as it would while an answer is made."""

from __future__ import annotations

from typing import Final

from orchestrator.evidence import gate
from orchestrator.evidence.lines import pages
from orchestrator.evidence.weights import weigh
from orchestrator.search.words import Found

SOURCES: Final = 4
"""Chunks that an answer draws on when nobody asks for more or fewer."""

_GATE: Final = gate.fitted(0.0)


def probability(question: str, found: Found) -> float:
    """Return how likely the sources are to hold the answer, by the weights that come with the service."""
    return _GATE.judge(question, found, pages(found.hits[:SOURCES]), weigh(question, found.terms)).probability

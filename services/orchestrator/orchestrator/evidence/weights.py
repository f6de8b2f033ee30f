"""What the words of a question are worth.

A rare word says more about what is wanted than a frequent one. Some words are rare in documentation only because
documentation asks no questions: "difference", "purpose", "recommended". They count little, whatever their frequency.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from orchestrator.search.words import Term

_ASKED_WITH: Final = """
happen mean differ differenc purpos use work way thing kind sort type exampl get make made need want tell explain
describ know possibl mani long like find give given set question answer say said see understand detail reason step
best better good allow let help becom take put name call number amount actual exact briefli short main
"""

FILLERS: Final = frozenset(_ASKED_WITH.split())
"""Stems that shape a question rather than name its subject."""

_FILLER_WORTH: Final = 0.25

_AMOUNT: Final = re.compile(
    r"\bhow (?:many|much|long|large|big|often|old|far|high|small|short|wide|soon)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Weights:
    """The worth of each stem of a question; all of them together are 1."""

    of: Mapping[str, float]
    amount: bool = False
    """Whether the question asks for a number."""

    def covered(self, stems: Iterable[str]) -> float:
        """Return the worth of those stems of the question that are among the given ones, 0 to 1."""
        present = stems if isinstance(stems, (set, frozenset)) else set(stems)
        return sum(worth for stem, worth in self.of.items() if stem in present)


def weigh(question: str, terms: Iterable[Term]) -> Weights:
    """Return what the stems are worth relative to each other."""
    raw = {term.text: term.idf * (_FILLER_WORTH if term.text in FILLERS else 1.0) for term in terms}
    total = sum(raw.values())
    amount = _AMOUNT.search(question) is not None
    return Weights({stem: worth / total for stem, worth in raw.items()} if total else {}, amount)

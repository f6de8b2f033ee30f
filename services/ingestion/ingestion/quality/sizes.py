"""Documents whose length is far from that of the others.

Lengths of documents spread over orders of magnitude, so their logarithms are compared.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from ingestion.contracts.findings import Finding, Rule

__all__ = ["Sizes", "outlying"]

LEAST_DOCUMENTS = 50
"""Fewer say little about what is usual."""

FARTHEST = 4.0
"""Standard deviations."""

LEAST_DEVIATION = 0.25
"""A corpus of forms has nearly none; a quarter more or less is never far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How long the documents of a corpus are: of the logarithms of their characters."""

    documents: int = 0
    mean: float = 0.0
    deviation: float = 0.0


def outlying(characters: int, usual: Sizes) -> Iterator[Finding]:
    """Yield a finding when a document of so many characters is far from what is usual."""
    if usual.documents < LEAST_DOCUMENTS or characters < 1:
        return
    distance = (math.log(characters) - usual.mean) / max(usual.deviation, LEAST_DEVIATION)
    if abs(distance) > FARTHEST:
        word = "longer" if distance > 0 else "shorter"
        why = f"is much {word} than the corpus's other documents, whose median is about {math.exp(usual.mean):.0f}"
        yield Finding(Rule.SIZE_OUTLIER, "content", f"{why} characters")

"""The language of a document's sentences; tables and code say nothing about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from ingestion.contracts.findings import Finding, Rule
from ingestion.parsing.document import Kind, Parsed

__all__ = ["Detector", "foreign", "samples"]

LEAST_LETTERS = 60
"""Of fewer letters no language can be told with any certainty."""

LEAST_PROBABILITY = 0.1
"""That a part of the text is in one of the languages; what is less likely is taken to be in another."""

CLEAR = 0.5
"""That the text is in some one language; else it is a mixture, or none."""

SAMPLED, PLACES = 900, 3
"""Characters that are looked at, from that many places of a longer text; one that is listed is enough to pass."""


class Detector(Protocol):
    """Who tells languages."""

    def languages(self, text: str) -> Mapping[str, float]:
        """Return how likely each language is, as ISO 639-1 writes it. What is in none of them has no likely one."""
        ...


def foreign(parsed: Parsed, languages: tuple[str, ...], detector: Detector) -> Iterator[Finding]:
    """Yield a finding when no part of the document is in one of the languages; what cannot be told passes."""
    if not languages:
        return
    others = [_other(text, languages, detector) for text in samples(parsed)]
    if others and all(others):
        yield Finding(Rule.LANGUAGE, "content", f"is in the language {others[0]}, which the contract does not list")


def samples(parsed: Parsed) -> tuple[str, ...]:
    """Return some of the document's sentences, from its beginning, middle and end."""
    prose = " ".join(parsed.text_of(block) for block in parsed.blocks if block.kind in {Kind.PARAGRAPH, Kind.LIST})
    if len(prose) <= SAMPLED:
        return (prose,)
    each, step = SAMPLED // PLACES, (len(prose) - SAMPLED // PLACES) // (PLACES - 1)
    return tuple(prose[at : at + each] for at in range(0, PLACES * step, step))


def _other(text: str, languages: tuple[str, ...], detector: Detector) -> str:
    if sum(map(str.isalpha, text)) < LEAST_LETTERS:
        return ""
    likely = detector.languages(text)
    best = max(likely, key=likely.__getitem__, default="")
    unlisted = sum(likely.get(one, 0.0) for one in languages) < LEAST_PROBABILITY
    return best if best and likely[best] > CLEAR and unlisted else ""

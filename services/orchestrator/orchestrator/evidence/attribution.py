"""Which source stands behind which sentence of an answer; decided here, never by the model.

Shared words decide most sentences. For those in between, the likeness of vectors is asked once for all of them, when
there is time; without it they are judged by their words alone.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from chassis.deadline import remaining, within
from chassis.errors import ServiceError
from chassis.sentences import sentences
from orchestrator.evidence.lines import Page
from orchestrator.evidence.support import Support, Witness
from orchestrator.search.searcher import Embedder
from orchestrator.search.words import Vectors

_CANDIDATES: Final = 2
"""Windows that an undecided sentence is compared with."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """What stands behind one sentence."""

    start: int
    """Where the sentence starts in the whole text, in Unicode code points."""

    end: int
    sources: tuple[int, ...]
    """Numbers of the sources that support it, best first; empty when none does."""

    support: float
    """How well the best of them does, 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributionLimits:
    """When words decide, and when vectors are asked."""

    enough: float = 0.6
    """The support from which a source stands behind a sentence."""

    doubt: float = 0.4
    """The support by words below which vectors are not asked."""

    certain: float = 0.75
    """The support by words above which vectors are not asked."""

    most_texts: int = 24
    """Texts that are embedded for one answer at most."""

    patience: float = 0.5
    """Seconds that the embedding may take."""

    reserve: float = 0.25
    """Seconds that have to be left of the request, else the embedding is not asked."""


class Attributor:
    """Finds what supports the sentences of an answer."""

    def __init__(self, embedder: Embedder, limits: AttributionLimits) -> None:
        self._embedder = embedder
        self._limits = limits

    async def attribute(self, text: str, read: Sequence[Page]) -> tuple[Attribution, ...]:
        """Return one entry a sentence, in order."""
        witness = Witness(read)
        spans = sentences(text)
        supports = {span: witness.supports(text[slice(*span)]) for span in spans}
        undecided = {span: found for span, found in supports.items() if self._undecided(found)}
        if undecided:
            supports |= await self._compared(text, undecided)
        return tuple(self._attribution(span, supports[span]) for span in spans)

    def _undecided(self, found: Sequence[Support]) -> bool:
        return bool(found) and self._limits.doubt <= found[0].score < self._limits.certain

    async def _compared(
        self, text: str, undecided: Mapping[tuple[int, int], list[Support]]
    ) -> dict[tuple[int, int], list[Support]]:
        left = remaining()
        if left is not None and left < self._limits.reserve:
            return {}
        groups = {
            span: [text[slice(*span)], *(support.window.text for support in found[:_CANDIDATES])]
            for span, found in undecided.items()
        }
        texts = [each for group in groups.values() for each in group]
        if len(texts) > self._limits.most_texts:
            return {}
        try:
            with within(self._limits.patience):
                embedded = await self._embedder.embed(texts, question=False)
        except ServiceError:
            return {}
        rows = iter(_rows(embedded.vectors))
        return {span: _blended(undecided[span], [next(rows) for _ in group]) for span, group in groups.items()}

    def _attribution(self, span: tuple[int, int], found: Sequence[Support]) -> Attribution:
        behind = tuple(support.window.number for support in found if support.score >= self._limits.enough)
        return Attribution(*span, behind, min(found[0].score, 1.0) if found else 0.0)


def _blended(found: Sequence[Support], rows: Sequence[array[float]]) -> list[Support]:
    """Return the supports with the mean of words and vectors, best first."""
    sentence, windows = rows[0], rows[1:]
    blended = [
        Support((support.score + _dot(sentence, window)) / 2, support.window)
        for support, window in zip(found, windows, strict=False)
    ]
    return sorted([*blended, *found[len(windows) :]], key=lambda support: -support.score)


def _rows(vectors: Vectors) -> list[array[float]]:
    values = array("f", vectors.data)
    width = vectors.dimension
    return [values[row * width : (row + 1) * width] for row in range(vectors.count)]


def _dot(one: array[float], two: array[float]) -> float:
    return sum(left * right for left, right in zip(one, two, strict=True))

"""How well the sources support one sentence, seen from shared words alone.

Two signs: how much of what the sentence says stands within two neighbouring lines of a source, rare words counting
more, and how long a run of words it shares with them. Two objections: a number that the lines do not hold, and a
negation on one side only. What a sentence says in other words is left to the likeness of vectors.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from chassis.terms import terms
from orchestrator.evidence.lines import Page

_RUN_WORTH: Final = 0.25
_LONG_RUN: Final = 6
"""Stems in a row from which a run is as good as a quotation."""
_WRONG_NUMBER: Final = 0.5
_WRONG_NEGATION: Final = 0.6
_UNHEARD_PENALTY: Final = 1.2
"""A stem that no source holds weighs a little more than the rarest one that some source holds."""

_NUMBER: Final = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)*")
_NEGATION: Final = re.compile(
    r"\b(?:not|no|never|none|neither|nor|cannot|without|unable|unsupported|\w+n['\u2019]t)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Window:
    """Up to two neighbouring lines of a source."""

    number: int
    """The source, counted from 1."""

    text: str
    stems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Support:
    """A window and how well it supports the sentence, 0 to 1."""

    score: float
    window: Window


class Witness:
    """The lines of the sources, ready to be compared with sentences."""

    def __init__(self, read: Sequence[Page]) -> None:
        self._windows = [window for page in read for window in _windows(page)]
        held = Counter(stem for page in read for line in page.lines for stem in set(line.stems))
        count = sum(len(page.lines) for page in read)
        self._rarity = {stem: math.log1p(count / lines) for stem, lines in held.items()}
        self._unheard = _UNHEARD_PENALTY * max(self._rarity.values(), default=1.0)

    def supports(self, sentence: str) -> list[Support]:
        """Return the best window of each source, best first."""
        stems = tuple(terms(sentence))
        if not stems:
            return []
        best: dict[int, Support] = {}
        for window in self._windows:
            support = Support(self._score(sentence, stems, window), window)
            known = best.get(window.number)
            if known is None or support.score > known.score:
                best[window.number] = support
        return sorted(best.values(), key=lambda support: (-support.score, support.window.number))

    def _score(self, sentence: str, stems: tuple[str, ...], window: Window) -> float:
        held = frozenset(window.stems)
        said = set(stems)
        total = sum(self._worth(stem) for stem in said)
        covered = sum(self._worth(stem) for stem in said if stem in held) / total
        if not covered:
            return 0.0
        run = min(_longest_run(stems, window.stems), _LONG_RUN) / min(len(stems), _LONG_RUN)
        score = (1 - _RUN_WORTH) * covered + _RUN_WORTH * run
        if _numbers(sentence) - _numbers(window.text):
            score *= _WRONG_NUMBER
        if bool(_NEGATION.search(sentence)) != bool(_NEGATION.search(window.text)):
            score *= _WRONG_NEGATION
        return score

    def _worth(self, stem: str) -> float:
        return self._rarity.get(stem, self._unheard)


def _windows(page: Page) -> Iterable[Window]:
    for at, line in enumerate(page.lines):
        yield Window(page.number, f"{page.heading}: {line.text}", (*page.heading_stems, *line.stems))
        if at + 1 < len(page.lines):
            following = page.lines[at + 1]
            yield Window(page.number, f"{line.text} {following.text}", (*line.stems, *following.stems))


def _numbers(text: str) -> set[str]:
    return {number.rstrip(".,") for number in _NUMBER.findall(text)}


def _longest_run(one: Sequence[str], two: Sequence[str]) -> int:
    """Return the length of the longest run of stems that both hold."""
    longest, before = 0, [0] * (len(two) + 1)
    for stem in one:
        row = [0] * (len(two) + 1)
        for at, other in enumerate(two, start=1):
            if stem == other:
                row[at] = before[at - 1] + 1
                longest = max(longest, row[at])
        before = row
    return longest

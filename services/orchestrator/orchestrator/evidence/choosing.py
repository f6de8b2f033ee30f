"""Which lines of the sources the model gets to see.

Every token of the prompt delays the first token of the answer, and a small model loses its way among lines that are
beside the point. So the lines around the words of the question are chosen, best first, until the budget is spent, and
put back into the order of the sources.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from chassis.terms import terms
from orchestrator.evidence.lines import Line, Page
from orchestrator.evidence.weights import Weights

Count = Callable[[str], int]
"""Counts the tokens of a text."""

_HEADING: Final = 0.5
"""What a word of the question is worth when it stands only above the line."""

_NEIGHBOUR: Final = 0.35
"""How much of its better neighbour's score a line gets: answers often stand beside the line that names the subject."""

_RANK: Final = 0.1
"""What the place of its source adds to a line of the first source; less for each one after."""

_NEAR: Final = 0.7
"""The share of the best line's score from which a line is to the point."""

_ENOUGH: Final = 0.6
"""The part of the budget from which no shorter, worse lines are looked for to fill the rest."""

_ASKS: Final = re.compile(r"\w\?(?!\w)")

_ECHO: Final = 0.5
"""What a line is worth that says next to nothing, says the question again, or asks one."""

_NUMBER: Final = 0.2
"""What a number adds to a line when the question asks for one."""

_DIGIT: Final = re.compile(r"\d")

_LEAST: Final = 2
"""Stems that a line must have to say something."""

_SAID: Final = 0.95
"""The share of a line's stems from which a text says what the line says."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A line and how well it fits the question."""

    score: float
    page: Page
    line: Line


def ranked(read: Sequence[Page], weights: Weights) -> list[Scored]:
    """Return the lines of all sources, best first."""
    scored = [each for page in read for each in _page(page, weights, _RANK / page.number)]
    return sorted(scored, key=lambda each: (-each.score, each.page.number, each.line.place))


def near(lines: Sequence[Scored]) -> list[Scored]:
    """Return the lines whose score is near the best one's; the rest costs time and leads a small model astray."""
    least = _NEAR * max((each.score for each in lines), default=0.0)
    return [each for each in lines if each.score >= least]


def chosen(lines: Iterable[Scored], budget: int, count: Count) -> list[Scored]:
    """Return the best lines that fit the budget, in the order of the sources; at least a part of the first."""
    taken: list[Scored] = []
    left = budget
    for each in lines:
        cost = count(each.line.text)
        if cost <= left:
            taken.append(each)
            left -= cost
        elif not taken:
            taken.append(_shortened(each, budget, cost))
            break
        elif left < budget * (1 - _ENOUGH):
            break
    return sorted(taken, key=lambda each: (each.page.number, each.line.place))


def unsaid(lines: Iterable[Scored], text: str) -> list[Scored]:
    """Return the lines that the text does not already say in much the same words and with the same numbers."""
    said = frozenset(terms(text))
    return [each for each in lines if not _says(said, frozenset(each.line.stems))]


def passages(lines: Iterable[Scored]) -> list[str]:
    """Return one text a source: its heading, then its lines, with a mark where lines were left out."""
    return [_passage(list(group)) for _, group in groupby(lines, key=lambda each: each.page.number)]


def _says(text: frozenset[str], line: frozenset[str]) -> bool:
    missing = line - text
    return len(missing) <= (1 - _SAID) * len(line) and not any(stem[0].isdigit() for stem in missing)


def _passage(lines: Sequence[Scored]) -> str:
    heading, text, last = lines[0].page.heading, "", -1
    for each in lines:
        gap = " " if each.line.place == last + 1 else " … "
        text += (gap if text else "") + each.line.text
        last = each.line.place
    return f"{heading}: {text}" if heading else text


def _page(page: Page, weights: Weights, bonus: float) -> list[Scored]:
    own = [_own(line, page, weights) for line in page.lines]
    beside = (0.0, *own, 0.0)
    return [
        Scored(score + _NEIGHBOUR * max(beside[at], beside[at + 2]) + bonus, page, line)
        for at, (score, line) in enumerate(zip(own, page.lines, strict=True))
    ]


def _own(line: Line, page: Page, weights: Weights) -> float:
    stems = frozenset(line.stems)
    score = weights.covered(stems) + _HEADING * weights.covered(page.heading_stems - stems)
    says_nothing = len(stems) < _LEAST or stems <= weights.of.keys() or _ASKS.search(line.text)
    if weights.amount and _DIGIT.search(line.text):
        score += _NUMBER
    return score * _ECHO if says_nothing else score


def _shortened(each: Scored, budget: int, cost: int) -> Scored:
    text = each.line.text[: max(1, len(each.line.text) * budget // cost)]
    return Scored(each.score, each.page, Line(each.line.place, text, each.line.stems))

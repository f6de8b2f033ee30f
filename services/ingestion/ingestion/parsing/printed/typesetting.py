"""What the lines of a printed page mean: headings are larger, paragraphs are set apart, running heads repeat."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Final

from ingestion.parsing.document import Kind
from ingestion.parsing.outline import Outline

__all__ = ["Line", "lay_out"]

_LARGER: Final = 1.15
"""How much larger than the body a heading is set."""
_APART: Final = 1.4
"""How much further than the usual line a new paragraph stands."""
_HEADING_LENGTH: Final = 200
_LEVELS: Final = 6
_EDGE: Final = 2
"""Lines at the top and at the bottom of a page that may be running heads."""
_PAGES_TO_REPEAT: Final = 3
_DIGITS: Final = re.compile(r"\d+")
_BULLET: Final = re.compile(r"(?:[-\u2022\u25cf\u25aa\u2013*]|\d{1,2}[.)])\s")
_FINISHED: Final = re.compile(r"[.!?:;\u3002]['\")\]\u2019\u201d]*\Z")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page; lengths are in points, measured from the foot of the page."""

    text: str
    size: float
    top: float
    bottom: float
    """Of its last letter, which stands lower where the line went on after a broken word."""


def lay_out(pages: Sequence[Sequence[Line]], outline: Outline) -> None:
    """Put the headings and paragraphs of `pages` into `outline`."""
    every = [line for page in pages for line in page]
    levels = _levels(every)
    pitch = _pitch(every)
    running = _running(pages, pitch, levels)
    lines = [line for page in pages for line in _without(page, pitch, running)] or every
    for group in _groups(lines, pitch):
        level = levels.get(group[0].size)
        text = " ".join(line.text for line in group)
        if level and len(text) <= _HEADING_LENGTH and any(map(str.isalpha, text)):
            outline.heading(level, text)
        else:
            outline.block(Kind.LIST if _BULLET.match(text) else Kind.PARAGRAPH, text)


def _running(pages: Sequence[Sequence[Line]], pitch: float, levels: Mapping[float, int]) -> frozenset[str]:
    """Return the lines at the edges of pages, numbers left out, that more than half of them share.

    "Chapter 1" and "Chapter 2" are no running heads: they are set larger.
    """
    edges = ([page[at] for at in _edges(page, pitch) if page[at].size not in levels] for page in pages)
    seen = Counter(key for edge in edges for key in {_key(line) for line in edge})
    return frozenset(key for key, count in seen.items() if count * 2 > len(pages) and count >= _PAGES_TO_REPEAT)


def _edges(page: Sequence[Line], pitch: float) -> frozenset[int]:
    """Places of the lines at the top and at the bottom of a page that are set apart from what is between them."""
    last = len(page) - 1
    inner = range(1, min(_EDGE, last) + 1)
    top = max((at for at in inner if _apart(page[at - 1], page[at], pitch)), default=0)
    foot = max((at for at in inner if _apart(page[last - at], page[last - at + 1], pitch)), default=0)
    return frozenset([*range(top), *range(last - foot + 1, last + 1)])


def _without(page: Sequence[Line], pitch: float, running: frozenset[str]) -> Iterator[Line]:
    edges = _edges(page, pitch)
    for at, line in enumerate(page):
        if not (at in edges and _key(line) in running):
            yield line


def _apart(above: Line, line: Line, pitch: float) -> bool:
    return above.size != line.size or _step(above, line) > pitch * _APART


def _key(line: Line) -> str:
    return _DIGITS.sub("#", line.text)


def _levels(lines: Sequence[Line]) -> dict[float, int]:
    """Levels of headings by size of type: the largest is the first."""
    letters: Counter[float] = Counter()
    for line in lines:
        letters[line.size] += len(line.text)
    body = letters.most_common(1)[0][0]
    larger = sorted((size for size in letters if size >= body * _LARGER), reverse=True)
    return {size: min(level, _LEVELS) for level, size in enumerate(larger, 1)}


def _pitch(lines: Sequence[Line]) -> float:
    """Usual distance from one line down to the next, in line heights."""
    steps = [_step(above, line) for above, line in pairwise(lines)]
    near = [step for step in steps if 0 < step < 3]  # noqa: PLR2004
    return median(near) if near else 1.0


def _step(above: Line, line: Line) -> float:
    return (above.bottom + above.size - line.top) / (line.size or 1.0)


def _groups(lines: Sequence[Line], pitch: float) -> Iterator[list[Line]]:
    group: list[Line] = []
    for line in lines:
        if group and _breaks(group[-1], line, pitch):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _breaks(above: Line, line: Line, pitch: float) -> bool:
    if above.size != line.size or _BULLET.match(line.text):
        return True
    step = _step(above, line)
    if step <= 0 or step > 3 * pitch:  # the next column or page: the paragraph goes on if it was not finished
        return bool(_FINISHED.search(above.text)) or not line.text[0].islower()
    return _apart(above, line, pitch)

"""Sources, read once: their lines, and the stems of each.

Everything that asks what the sources hold reads these lines: the gate, the prompt, the quotations, the attribution.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest
from typing import Final

from chassis.sentences import sentences
from chassis.terms import terms
from orchestrator.search.words import Hit

_READ: Final = 6_000
"""Characters of a source that are read; chunks are shorter, whole documents may be long."""

_LONGEST: Final = 600
"""Characters of a line; what has no sentences, such as code, is cut here."""

_LEAST_LETTERS: Final = 3

_IMAGE: Final = re.compile(r"!\[[^\]]*\]\([^)\s]*\)")
_LINK: Final = re.compile(r"\[([^\]]*)\]\([^)\s]*\)")
_TAG: Final = re.compile(r"</?[a-zA-Z][^<>\n]{0,120}>|\{[%{][^{}\n]{0,200}[%}]\}")
_FENCE: Final = re.compile(r"^\s*(?:```|~~~)\S*\s*$", re.MULTILINE)
_RULE: Final = re.compile(r"(?<!\S)(?:[-=|:+*_]{3,}|[|>])(?!\S)")
_CELL: Final = " | "
_DIVIDER: Final = re.compile(r"[\s|:-]*-{3}[\s|:-]*")
_SPACE: Final = re.compile(r"\s+")
_LETTER: Final = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of a source, without its marks of layout."""

    place: int
    """Counted from 0 within the source."""

    text: str
    stems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A source as it is read."""

    number: int
    """Counted from 1, as attributions name it."""

    heading: str
    """The innermost heading, else the document's title."""

    heading_stems: frozenset[str]
    lines: tuple[Line, ...]

    def stems(self) -> frozenset[str]:
        """Return every stem of the source, headings included."""
        return self.heading_stems.union(*(line.stems for line in self.lines))


def pages(hits: Sequence[Hit]) -> tuple[Page, ...]:
    """Read the sources, numbered in their order."""
    return tuple(_page(number, hit) for number, hit in enumerate(hits, start=1))


def plain(text: str) -> str:
    """Return the text on one line, without the marks of layout that a reader does not see."""
    for mark in (_IMAGE, _FENCE, _RULE):
        text = mark.sub(" ", text)
    return _SPACE.sub(" ", _TAG.sub("", _LINK.sub(r"\1", text))).strip()


def _page(number: int, hit: Hit) -> Page:
    chunk = hit.chunk
    heading = chunk.headings[-1] if chunk.headings else chunk.title
    above = " ".join((chunk.title, *chunk.headings))
    lines = (Line(place, text, tuple(terms(text))) for place, text in enumerate(_texts(chunk.text[:_READ])))
    return Page(number, plain(heading), frozenset(terms(above)), tuple(lines))


def _texts(text: str) -> Iterator[str]:
    for piece in _pieces(text):
        line = plain(piece)
        if len(_LETTER.findall(line[:80])) >= _LEAST_LETTERS:
            yield from _cut(line)


def _pieces(text: str) -> Iterator[str]:
    """Yield the sentences, and the rows of tables: marks inside a cell end no sentence."""
    lines = (line for line in text.split("\n") if not _DIVIDER.fullmatch(line))
    for is_table, group in groupby(lines, key=lambda line: _CELL in line.strip("| \t")):
        if is_table:
            yield from _rows([[cell.strip() for cell in line.strip("| \t").split(_CELL)] for line in group])
        else:
            prose = "\n".join(group)
            yield from (prose[start:end] for start, end in sentences(prose))


def _rows(rows: list[list[str]]) -> Iterator[str]:
    """Yield each row as one text, its cells after the names of their columns."""
    header, *body = rows if len(rows) > 1 else [[], *rows]
    for first, *others in (row for row in body if _LETTER.search("".join(row))):
        named = (f"{name} {cell}".strip() for name, cell in zip_longest(header[1:], others, fillvalue="") if cell)
        yield f"{first}: {', '.join(named)}"


def _cut(line: str) -> Iterator[str]:
    while len(line) > _LONGEST:
        space = line.rfind(" ", _LONGEST // 2, _LONGEST)
        at = space if space > 0 else _LONGEST
        yield line[:at]
        line = line[at:].lstrip()
    if line:
        yield line

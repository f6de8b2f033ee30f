"""The pieces that a chunk is put together from: whole blocks where they fit, else sentences, lines or rows of them."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from chassis.sentences import sentences
from ingestion.parsing.document import Block, Kind, Parsed

__all__ = ["Piece", "cost_of", "pieces"]

_CHARACTERS_PER_TOKEN: Final = 16
"""More than this no token stands for: models count a long word that they do not know as one."""
_TOKENS_PER_CHARACTER: Final = 4
"""More than this no character takes, of whatever script."""
_WORD: Final = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A span that is not cut any further."""

    start: int
    end: int
    cost: int
    """Tokens."""
    header: str = ""
    """The line to repeat above it when a chunk begins with it: the head of its table."""
    header_cost: int = 0


def cost_of(text: str, count: Callable[[str], int], most: int = sys.maxsize) -> int:
    """Return the tokens of `text`, no fewer than its length allows; not counted when that alone is more than `most`."""
    least = len(text) // _CHARACTERS_PER_TOKEN
    return least if least > most else max(count(text), least)


def pieces(parsed: Parsed, block: Block, budget: int, count: Callable[[str], int]) -> list[Piece]:
    """Return the pieces of `block`, in order; each costs at most `budget` tokens, its header line included."""
    cutter = _Cutter(parsed.text, count)
    whole = cutter.piece(block.start, block.end, budget)
    if whole.cost <= budget:
        return [whole]
    match block.kind:
        case Kind.TABLE:
            return list(cutter.rows(block.start, block.end, budget))
        case Kind.CODE:
            return [piece for line in _lines(parsed.text, block) for piece in cutter.words(*line, budget)]
        case Kind.LIST:
            return [piece for line in _lines(parsed.text, block) for piece in cutter.sentences(*line, budget)]
        case Kind.PARAGRAPH:
            return list(cutter.sentences(block.start, block.end, budget))


class _Cutter:
    def __init__(self, text: str, count: Callable[[str], int]) -> None:
        self._text = text
        self._count = count

    def piece(self, start: int, end: int, budget: int) -> Piece:
        return Piece(start, end, cost_of(self._text[start:end], self._count, budget))

    def sentences(self, start: int, end: int, budget: int) -> Iterator[Piece]:
        """Yield the span itself if it fits, else its sentences."""
        whole = self.piece(start, end, budget)
        if whole.cost <= budget:
            yield whole
            return
        for first, last in sentences(self._text[start:end]):
            yield from self.words(start + first, start + last, budget)

    def words(self, start: int, end: int, budget: int) -> Iterator[Piece]:
        """Yield the span itself if it fits, else runs of its words that do."""
        run = self.piece(start, end, budget)
        if run.cost <= budget:
            yield run
            return
        first, last, cost = start, start, 0
        for word in _words(self._text, start, end, max(1, budget // _TOKENS_PER_CHARACTER)):
            own = cost_of(self._text[slice(*word)], self._count)
            if cost and cost + own > budget:
                yield Piece(first, last, cost)
                first, cost = word[0], 0
            last, cost = word[1], cost + own
        yield Piece(first, last, cost)

    def rows(self, start: int, end: int, budget: int) -> Iterator[Piece]:
        """Yield the rows of a table; all but the first know the header line, unless that is too long to repeat."""
        head = self.piece(start, _line_end(self._text, start, end), budget)
        repeated = head.cost * 2 <= budget
        header = self._text[head.start : head.end] if repeated else ""
        header_cost = head.cost if repeated else 0
        yield from self.words(head.start, head.end, budget)
        for line in _spans_of_lines(self._text, head.end, end):
            for piece in self.words(*line, budget - header_cost):
                yield replace(piece, header=header, header_cost=header_cost)


def _lines(text: str, block: Block) -> Iterator[tuple[int, int]]:
    return _spans_of_lines(text, block.start, block.end)


def _spans_of_lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end:
        stop = _line_end(text, start, end)
        if not text[start:stop].isspace() and start < stop:
            yield start, stop
        start = stop + 1


def _line_end(text: str, start: int, end: int) -> int:
    stop = text.find("\n", start, end)
    return end if stop < 0 else stop


def _words(text: str, start: int, end: int, longest: int) -> Iterator[tuple[int, int]]:
    for word in _WORD.finditer(text, start, end):
        for first in range(word.start(), word.end(), longest):
            yield first, min(first + longest, word.end())

"""A document cut into chunks along its structure.

Sections are never mixed unless they are small; sentences, rows and lines are cut only where one alone is too long.
Every step is linear in the text. It takes the processor for about a millisecond a page: call it in a thread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise

from chassis.sentences import sentences
from ingestion.chunking.chunks import Chunk, ChunkSettings, embedded_text, prefix_of
from ingestion.chunking.drafts import Draft, joined, packed
from ingestion.chunking.pieces import Piece, cost_of, pieces
from ingestion.parsing.document import Block, Parsed

__all__ = ["chunk"]


def chunk(parsed: Parsed, settings: ChunkSettings, count: Callable[[str], int]) -> list[Chunk]:
    """Return the chunks of `parsed` in reading order; at least one.

    `count` tells how many tokens the embedding model makes of a text, its own marks not counted; white space at the end
    of a text must not matter to it. `counting.by_word` makes it fast.
    """
    return list(_Cut(parsed, settings, count).chunks())


class _Cut:
    """One document on its way into chunks."""

    def __init__(self, parsed: Parsed, settings: ChunkSettings, count: Callable[[str], int]) -> None:
        self._parsed = parsed
        self._settings = settings
        self._count = count
        self._budgets: dict[tuple[str, ...], int] = {}

    def chunks(self) -> Iterator[Chunk]:
        settings = self._settings
        if settings.whole:
            everything = Draft(start=0, end=len(self._parsed.text), cost=0, headings=(), lead=0)
            yield self._chunk(0, everything)
            return
        drafts = (draft for section in self._sections() for draft in self._drafts(section))
        for ordinal, draft in enumerate(joined(drafts, settings.least, self._budget, self._cost)):
            yield self._chunk(ordinal, draft)

    def _sections(self) -> Iterator[list[Block]]:
        """Yield the blocks below each heading; two headings of the same name are two."""
        section: list[Block] = []
        for block in self._parsed.blocks:
            if section and (block.lead < block.start or block.headings != section[0].headings):
                yield section
                section = []
            section.append(block)
        yield section

    def _drafts(self, section: list[Block]) -> Iterator[Draft]:
        headings = self._fitting(section[0].headings)
        budget = self._budget(headings)
        every = [piece for block in section for piece in pieces(self._parsed, block, budget, self._count)]
        runs = list(packed(self._with_next(every, budget), budget))
        lead = section[0].lead
        for before, run in pairwise([[], *runs]):
            cost = sum(piece.cost for piece in run) + run[0].header_cost
            start, more = self._overlapped(before, run, budget - cost)
            lead = start if before else lead
            yield Draft(
                start=start, end=run[-1].end, cost=cost + more, headings=headings, lead=lead, header=run[0].header
            )

    def _with_next(self, every: list[Piece], budget: int) -> list[Piece]:
        """Tie what ends with a colon to what it announces."""
        tied: list[Piece] = []
        for piece in every:
            last = tied[-1] if tied else None
            if (
                last
                and self._parsed.text[last.end - 1] == ":"
                and last.header_cost + last.cost + piece.cost <= budget
                and not piece.header
            ):
                tied[-1] = Piece(last.start, piece.end, last.cost + piece.cost, last.header, last.header_cost)
            else:
                tied.append(piece)
        return tied

    def _overlapped(self, before: list[Piece], run: list[Piece], room: int) -> tuple[int, int]:
        """Return where a chunk begins that repeats the last sentences before it, and what these cost."""
        start = run[0].start
        if not (before and self._settings.overlap) or run[0].header:
            return start, 0
        last = before[-1]
        spans = sentences(self._parsed.text[last.start : last.end])[-self._settings.overlap :]
        again = last.start + spans[0][0]
        more = self._cost(again, start)
        return (again, more) if again > before[0].start and more <= room else (start, 0)

    def _fitting(self, headings: tuple[str, ...]) -> tuple[str, ...]:
        """Return `headings` without the title, and without the outermost as long as they take half of the room."""
        kept = headings[1:] if headings[:1] == (self._parsed.title,) else headings
        while kept and self._budget(kept) < self._settings.tokens // 2:
            kept = kept[1:]
        return kept

    def _budget(self, headings: tuple[str, ...]) -> int:
        if headings not in self._budgets:
            prefix = "\n".join(prefix_of(self._parsed.title, headings))
            left = self._settings.tokens - cost_of(prefix, self._count)
            self._budgets[headings] = max(left, self._settings.tokens // 4, 1)
        return self._budgets[headings]

    def _cost(self, start: int, end: int) -> int:
        return cost_of(self._parsed.text[start:end], self._count)

    def _chunk(self, ordinal: int, draft: Draft) -> Chunk:
        text = self._parsed.text[draft.start : draft.end]
        shown = f"{draft.header}\n{text}" if draft.header else text
        plain = Chunk(ordinal=ordinal, text=shown, headings=draft.headings, start=draft.start, end=draft.end, tokens=0)
        return replace(plain, tokens=self._count(embedded_text(plain, self._parsed.title)))

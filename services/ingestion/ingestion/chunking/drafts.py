"""Pieces of one section packed into chunks, and small chunks of neighbouring sections joined."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ingestion.chunking.pieces import Piece

__all__ = ["Draft", "joined", "packed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A chunk to be."""

    start: int
    end: int
    cost: int
    """Tokens of its text."""
    headings: tuple[str, ...]
    lead: int
    """Where the line of its own heading begins, when it is the first below it; else `start`."""
    header: str = ""
    """A line to repeat above the text."""


def packed(pieces: Sequence[Piece], budget: int) -> Iterator[list[Piece]]:
    """Yield runs of `pieces` of at most `budget` tokens; all about as long, so that the last is no crumb."""
    total = sum(piece.cost for piece in pieces)
    even = total / max(1, -(-total // budget))
    run: list[Piece] = []
    cost = 0
    for piece in pieces:
        if run and (cost + piece.cost > budget or cost >= even):
            yield run
            run = []
        cost = cost + piece.cost if run else piece.cost + piece.header_cost
        run.append(piece)
    if run:
        yield run


def joined(
    drafts: Iterable[Draft], least: int, budget: Callable[[tuple[str, ...]], int], cost: Callable[[int, int], int]
) -> Iterator[Draft]:
    """Yield `drafts`, those of fewer than `least` tokens joined with a neighbour if they fit under one parent.

    `budget` tells the tokens left below headings, `cost` those of a span.
    """
    last: Draft | None = None
    for draft in drafts:
        both = _both(last, draft, cost) if last and min(last.cost, draft.cost) < least else None
        if last and (both is None or both.cost > budget(both.headings)):
            yield last
            both = None
        last = both or draft
    if last:
        yield last


def _both(first: Draft, second: Draft, cost: Callable[[int, int], int]) -> Draft | None:
    """Return the two as one under the headings they share; None when more than one heading each would be lost."""
    shared = _shared(first.headings, second.headings)
    kept = len(shared)
    if max(len(first.headings), len(second.headings)) > kept + 1 or second.header:
        return None
    own_heading = len(first.headings) > kept
    if own_heading and (first.lead == first.start or first.header):
        return None
    start = first.lead if own_heading else first.start
    more = cost(start, first.start) + cost(first.end, second.start)
    lead = start if own_heading else first.lead
    return replace(first, start=start, end=second.end, cost=first.cost + more + second.cost, headings=shared, lead=lead)


def _shared(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    same = 0
    while same < min(len(first), len(second)) and first[same] == second[same]:
        same += 1
    return first[:same]

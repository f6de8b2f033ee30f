"""What a cross-encoder reads: question and passage as one row of tokens; rows of like lengths share a batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from orchestrator.reranking.passage import READ
from orchestrator.search.words import Chunk

STEP: Final = 8
"""Widths are multiples of this many tokens, so that a server can join the batches of several searches."""


@dataclass(frozen=True, slots=True)
class Row:
    """The tokens of a pair."""

    ids: Sequence[int]
    segments: Sequence[int]
    """0 for a token of the question, 1 for one of the passage."""


class Tokeniser(Protocol):
    """Cuts pairs into tokens as the model was trained to read them."""

    @property
    def segmented(self) -> bool:
        """Whether the model is told the segments: those of BERT's kind are, those of RoBERTa's are not."""
        ...

    def rows(self, question: str, passages: Sequence[str]) -> Sequence[Row]:
        """Return a row for each passage, none longer than the model's window."""
        ...


def passage(chunk: Chunk) -> str:
    """Return what is read of a chunk: its title, its headings and its text, a line each, as it was embedded."""
    return "\n".join(part for part in (chunk.title, *chunk.headings, chunk.text[:READ]) if part)


def batches(rows: Sequence[Row], most: int) -> list[list[int]]:
    """Return the places of the rows, at most `most` together; those of like lengths, so that little is padded."""
    order = sorted(range(len(rows)), key=lambda at: len(rows[at].ids))
    return [order[start : start + most] for start in range(0, len(order), most)]


def width(rows: Sequence[Row]) -> int:
    """Return how wide a batch is: its longest row, rounded up."""
    longest = max(len(row.ids) for row in rows)
    return -(-longest // STEP) * STEP

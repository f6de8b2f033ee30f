"""What waits to be embedded, and which of it goes next.

A batch costs rows times the longest row: short texts beside a long one are padding, paid for in full. So texts wait by
width, and a batch takes neighbours. The oldest request's longest text goes first, so that nothing starves, and the
batch is filled up with texts of anybody's that are nearly as long. Batches are bounded by padded tokens, not by rows:
sixteen long texts keep a processor as busy as a hundred short ones, and a small batch lets an urgent one in sooner.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

Ids = Sequence[int]


class Owner(Protocol):
    """Whoever asked for a text; a smaller number asked earlier."""

    @property
    def number(self) -> int:
        """The order of arrival."""
        ...


O = TypeVar("O", bound=Owner)  # noqa: E741 - the one type variable of this file


@dataclass(frozen=True, slots=True, eq=False)
class Piece(Generic[O]):
    """One text of one request."""

    ids: Ids
    owner: O
    place: int
    """Which of the owner's texts it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What batches look like."""

    step: int = 8
    """Widths are multiples of this, so that batches of several replicas fit together."""

    tokens: int = 1024
    """The most rows times width of one batch, unless one text alone is longer."""

    rows: int = 64
    """The most texts of one batch; what the model's configuration allows."""

    slack: float = 0.75
    """A text joins a batch when it is at least this share of its width."""

    def width(self, length: int) -> int:
        """Return the width at which a text of that many tokens waits."""
        return -(-length // self.step) * self.step

    def room(self, width: int) -> int:
        """Return how many rows of that width make a batch."""
        return max(min(self.tokens // width, self.rows), 1)


class Pending(Generic[O]):
    """Texts that wait, by width."""

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._waiting: dict[int, deque[Piece[O]]] = {}
        self.tokens = 0
        """Padded tokens that wait."""

    def __bool__(self) -> bool:
        return bool(self._waiting)

    @property
    def full(self) -> bool:
        """Whether a batch could be filled without waiting for more."""
        return any(len(pieces) >= self._shape.room(width) for width, pieces in self._waiting.items())

    def add(self, piece: Piece[O]) -> None:
        """Let the text wait."""
        width = self._shape.width(len(piece.ids))
        self._waiting.setdefault(width, deque()).append(piece)
        self.tokens += width

    def take(self) -> list[Piece[O]]:
        """Remove and return the next batch; empty when nothing waits."""
        if not self._waiting:
            return []
        first = min(self._waiting, key=lambda width: (self._waiting[width][0].owner.number, -width))
        batch: list[Piece[O]] = []
        for width in sorted((width for width in self._waiting if self._joins(width, first)), reverse=True):
            self._move(width, batch, self._shape.room(first) - len(batch))
        return batch

    def drop(self, owner: O) -> None:
        """Forget what that request still waits for."""
        for width, pieces in list(self._waiting.items()):
            kept = deque(piece for piece in pieces if piece.owner is not owner)
            self.tokens -= width * (len(pieces) - len(kept))
            self._keep(width, kept)

    def _joins(self, width: int, first: int) -> bool:
        return first * self._shape.slack <= width <= first

    def _move(self, width: int, batch: list[Piece[O]], room: int) -> None:
        pieces = self._waiting[width]
        count = min(room, len(pieces))
        batch.extend(pieces.popleft() for _ in range(count))
        self.tokens -= width * count
        self._keep(width, pieces)

    def _keep(self, width: int, pieces: deque[Piece[O]]) -> None:
        if pieces:
            self._waiting[width] = pieces
        else:
            self._waiting.pop(width, None)

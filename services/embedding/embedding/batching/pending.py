"""What waits to be embedded, and which of it goes next.

A batch costs rows times the longest row: short texts beside a long one are padding, paid for in full. So texts wait by
length, and a batch takes neighbours. The oldest request's longest text goes first, so that nothing starves, and the
batch is filled up with texts of anybody's that are nearly as long. Batches are bounded by padded tokens, not by rows:
four long texts keep a processor as busy as forty short ones, and a small batch lets an urgent one in sooner.
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
    """What batches look like. The defaults are measured on two cores, where 64 tokens keep both of them busy."""

    tokens: int = 512
    """The most rows times width of one batch, unless one text alone is longer."""

    rows: int = 64
    """The most texts of one batch; what the model's configuration allows."""

    step: int = 4
    """A batch with room left is padded to a multiple of this, so that the server can join those of several replicas."""

    slack: int = 16
    """Tokens by which a text may be shorter than the longest of its batch."""

    def room(self, width: int) -> int:
        """Return how many rows of that width make a batch."""
        return max(min(self.tokens // width, self.rows), 1)

    def width(self, rows: Sequence[Ids]) -> int:
        """Return the width to which these rows are padded. A full batch needs no company, and no padding for it."""
        longest = max(map(len, rows))
        return longest if len(rows) >= self.room(longest) else -(-longest // self.step) * self.step


class Pending(Generic[O]):
    """Texts that wait, by length."""

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._waiting: dict[int, deque[Piece[O]]] = {}
        self.tokens = 0
        """Tokens that wait."""

    def __bool__(self) -> bool:
        return bool(self._waiting)

    @property
    def full(self) -> bool:
        """Whether a batch could be filled without waiting for more."""
        return self.tokens >= self._shape.tokens

    def add(self, piece: Piece[O]) -> None:
        """Let the text wait."""
        self._waiting.setdefault(len(piece.ids), deque()).append(piece)
        self.tokens += len(piece.ids)

    def take(self) -> list[Piece[O]]:
        """Remove and return the next batch; empty when nothing waits."""
        if not self._waiting:
            return []
        first = min(self._waiting, key=lambda length: (self._waiting[length][0].owner.number, -length))
        batch: list[Piece[O]] = []
        for length in sorted(self._waiting, reverse=True):
            if first - self._shape.slack <= length <= first:
                self._move(length, batch, self._shape.room(first) - len(batch))
        return batch

    def drop(self, owner: O) -> None:
        """Forget what that request still waits for."""
        for length, pieces in list(self._waiting.items()):
            kept = deque(piece for piece in pieces if piece.owner is not owner)
            self.tokens -= length * (len(pieces) - len(kept))
            self._keep(length, kept)

    def _move(self, length: int, batch: list[Piece[O]], room: int) -> None:
        pieces = self._waiting[length]
        count = min(room, len(pieces))
        batch.extend(pieces.popleft() for _ in range(count))
        self.tokens -= length * count
        self._keep(length, pieces)

    def _keep(self, length: int, pieces: deque[Piece[O]]) -> None:
        if pieces:
            self._waiting[length] = pieces
        else:
            self._waiting.pop(length, None)

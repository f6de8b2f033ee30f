"""One request on its way through the batches: what came back, what is missing, how it ends."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from time import monotonic

from chassis import deadline
from chassis.errors import Aborted


@dataclass(frozen=True, slots=True)
class Model:
    """Who made a vector."""

    name: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Vectors:
    """A matrix of float32, little endian, row after row, and who made it."""

    data: bytes
    count: int
    dimension: int
    model: Model

    def row(self, index: int) -> memoryview:
        """Return the bytes of one row, not copied."""
        size = len(self.data) // self.count
        return memoryview(self.data)[index * size : (index + 1) * size]


def _expiry() -> float | None:
    left = deadline.remaining()
    return None if left is None else monotonic() + left


@dataclass(slots=True, eq=False)
class Requested:
    """The texts of one request; its rows come home in any order."""

    number: int
    """The order of arrival."""

    missing: int
    """Rows that have not come back."""

    done: asyncio.Future[Vectors] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    context: Context = field(default_factory=copy_context)
    """Trace, identity and deadline of the caller: a batch runs in the context of its oldest request."""

    expiry: float | None = field(default_factory=_expiry)
    """When the caller stops waiting, on the monotonic clock; None: never."""

    _rows: dict[int, memoryview] = field(default_factory=dict)
    _model: Model | None = None

    @property
    def live(self) -> bool:
        """Whether somebody still waits."""
        return not self.done.done()

    def receive(self, place: int, row: memoryview, made: Vectors) -> None:
        """Take one row home; the last one ends the request."""
        if not self.live:
            return
        if self._model not in (None, made.model):
            self.fail(Aborted("the model was replaced meanwhile; ask again", reason="MODEL_REPLACED"))
            return
        self._model = made.model
        self._rows[place] = row
        self.missing -= 1
        if not self.missing:
            self.done.set_result(self._whole(made))

    def fail(self, failure: BaseException) -> None:
        """End the request with that failure."""
        if self.live:
            self.done.set_exception(failure)

    def _whole(self, made: Vectors) -> Vectors:
        data = b"".join(self._rows[place] for place in range(len(self._rows)))
        return Vectors(data=data, count=len(self._rows), dimension=made.dimension, model=made.model)


def latest(requests: Sequence[Requested]) -> float | None:
    """Return the seconds until the last of them stops waiting; None when one waits for ever."""
    expiries = [request.expiry for request in requests]
    known = [expiry for expiry in expiries if expiry is not None]
    return None if len(known) < len(expiries) else max(max(known) - monotonic(), 0.0)

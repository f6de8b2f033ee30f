"""An index in memory. What is not flushed is lost when it restarts."""

from __future__ import annotations

from collections.abc import Sequence

from fakes.steps import Steps
from ingestion.committing.words import Draft, Surplus

Row = tuple[str, int, int]
"""Document, generation, ordinal."""


class FakeIndex:
    def __init__(self, steps: Steps | None = None) -> None:
        self.steps = steps or Steps()
        self.prepared: dict[str, int] = {}
        self.durable: dict[str, set[Row]] = {}
        self.fresh: dict[str, set[Row]] = {}
        self.flushes = 0

    async def prepare(self, collection: str, dimension: int) -> None:
        async with self.steps.call("index prepare"):
            self.prepared[collection] = dimension

    async def write(self, collection: str, drafts: Sequence[Draft]) -> None:
        async with self.steps.call("index write"):
            assert collection in self.prepared
            rows = {(draft.id.hex, draft.generation, chunk.ordinal) for draft in drafts for chunk in draft.chunks}
            assert not rows & self.rows(collection), "a key is never used twice"
            self.fresh.setdefault(collection, set()).update(rows)

    async def flush(self, collection: str) -> None:
        async with self.steps.call("index flush"):
            self.flushes += 1
            self.durable.setdefault(collection, set()).update(self.fresh.pop(collection, set()))

    async def remove(self, collection: str, surplus: Sequence[Surplus]) -> None:
        async with self.steps.call("index remove"):
            gone = {(old.document.hex, old.generation) for old in surplus}
            for rows in (self.durable.get(collection, set()), self.fresh.get(collection, set())):
                rows -= {row for row in rows if row[:2] in gone}

    async def drop(self, collection: str) -> None:
        async with self.steps.call("index drop"):
            for held in (self.prepared, self.durable, self.fresh):
                held.pop(collection, None)

    def restart(self) -> None:
        self.fresh.clear()

    def rows(self, collection: str) -> set[Row]:
        return self.durable.get(collection, set()) | self.fresh.get(collection, set())


class LateIndex(FakeIndex):
    """A planted bug: it says that it has flushed, and has not."""

    async def flush(self, collection: str) -> None:
        async with self.steps.call("index flush"):
            self.flushes += 1

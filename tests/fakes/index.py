"""An index in memory. What is not flushed is lost when it restarts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from fakes.steps import Steps
from ingestion.committing.words import Draft, Surplus
from ingestion.erasing.words import Place

Row = tuple[str, int, int]
"""Document, generation, ordinal."""


class FakeIndex:
    def __init__(self, steps: Steps | None = None) -> None:
        self.steps = steps or Steps()
        self.prepared: dict[str, int] = {}
        self.durable: dict[str, set[Row]] = {}
        self.fresh: dict[str, set[Row]] = {}
        self.names: dict[str, tuple[UUID, str]] = {}
        """The index and the caller's id of each document, as rows say them."""
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
            self.names.update({draft.id.hex: (draft.index.id, draft.source_id) for draft in drafts})

    async def flush(self, collection: str) -> None:
        async with self.steps.call("index flush"):
            self.flushes += 1
            self.durable.setdefault(collection, set()).update(self.fresh.pop(collection, set()))

    async def remove(self, collection: str, surplus: Sequence[Surplus]) -> None:
        async with self.steps.call("index remove"):
            gone = {(old.document.hex, old.generation) for old in surplus}
            for rows in (self.durable.get(collection, set()), self.fresh.get(collection, set())):
                rows -= {row for row in rows if row[:2] in gone}

    async def documents(self, place: Place, source_id: str) -> Collection[UUID]:
        async with self.steps.call("index documents"):
            there = {row[0] for row in self.rows(place.collection)}
            return {UUID(hex=one) for one in there if self.names[one] == (place.index, source_id)}

    async def erase(self, collection: str, documents: Collection[UUID]) -> None:
        async with self.steps.call("index erase"):
            gone = {document.hex for document in documents}
            self.durable.setdefault(collection, set()).update(self.fresh.pop(collection, set()))
            self.durable[collection] -= {row for row in self.durable[collection] if row[0] in gone}

    async def count(self, collection: str, documents: Collection[UUID]) -> int:
        async with self.steps.call("index count"):
            return sum(UUID(hex=row[0]) in documents for row in self.rows(collection))

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

"""An index as Milvus is: what is written is found at once, and lost when the power goes before it was flushed.

A key that is written twice is there twice, as in Milvus, and nothing is known of what is committed.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from ingestion.committing.words import Draft, Surplus
from ingestion.erasing.words import Place as IndexPlace
from retrieval.records import Corpus, Place, Reader, Scored


@dataclass(frozen=True, slots=True)
class Row:
    place: Place
    tenant: str
    index: str
    source: str
    readers: frozenset[str]
    vector: tuple[float, ...]
    weights: Mapping[int, float]


class SimIndex:
    """All collections. Every method is one step."""

    def __init__(self) -> None:
        self.prepared: dict[str, int] = {}
        self.rows: defaultdict[str, list[Row]] = defaultdict(list)
        self._durable: dict[str, list[Row]] = {}

    def prepare(self, collection: str, dimension: int) -> None:
        self.prepared[collection] = dimension

    def write(self, collection: str, drafts: Sequence[Draft]) -> None:
        assert collection in self.prepared
        self.rows[collection].extend(row for draft in drafts for row in _rows(draft))

    def flush(self, collection: str) -> None:
        self._durable[collection] = list(self.rows[collection])

    def remove(self, collection: str, surplus: Sequence[Surplus]) -> None:
        gone = {Place(old.document.hex, old.generation, at) for old in surplus for at in range(old.chunks)}
        self.rows[collection] = [row for row in self.rows[collection] if row.place not in gone]

    def documents(self, place: IndexPlace, source_id: str) -> Collection[UUID]:
        rows = self.rows[place.collection]
        return {UUID(row.place.document) for row in rows if (row.index, row.source) == (place.index.hex, source_id)}

    def erase(self, collection: str, documents: Collection[UUID]) -> None:
        self.rows[collection] = [row for row in self.rows[collection] if UUID(row.place.document) not in documents]
        self.flush(collection)

    def count(self, collection: str, documents: Collection[UUID]) -> int:
        return sum(UUID(row.place.document) in documents for row in self.rows[collection])

    def power_cut(self) -> None:
        """Lose what was not flushed, deletions included."""
        self.rows.clear()
        self.rows.update({collection: list(rows) for collection, rows in self._durable.items()})

    def dense(self, reader: Reader, corpus: Corpus, vector: Sequence[float], limit: int) -> list[Scored]:
        return self._best(reader, corpus, limit, lambda row: sum(map(float.__mul__, vector, row.vector)))

    def lexical(self, reader: Reader, corpus: Corpus, query: Mapping[int, float], limit: int) -> list[Scored]:
        def score(row: Row) -> float | None:
            return sum(weight * row.weights.get(term, 0.0) for term, weight in query.items()) or None

        return self._best(reader, corpus, limit, score)

    def _best(self, reader: Reader, corpus: Corpus, limit: int, score: Callable[[Row], float | None]) -> list[Scored]:
        found = [
            Scored(row.place, value)
            for row in self.rows[corpus.collection]
            if (row.tenant, row.index) == (reader.tenant, corpus.index) and row.readers & reader.groups
            if (value := score(row)) is not None
        ]
        found.sort(key=lambda scored: -scored.score)
        return found[:limit]


def _rows(draft: Draft) -> list[Row]:
    groups = frozenset(draft.groups)
    return [
        Row(
            Place(draft.id.hex, draft.generation, chunk.ordinal),
            draft.corpus.tenant,
            draft.index.id.hex,
            draft.source_id,
            groups,
            struct.unpack(f"<{len(chunk.vector) // 4}f", chunk.vector),
            chunk.weights,
        )
        for chunk in draft.chunks
    ]

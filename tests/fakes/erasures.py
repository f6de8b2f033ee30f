"""Erasures in memory, beside the ledger that they are about."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

from fakes.ledger import FakeLedger
from ingestion.corpora.words import Corpus
from ingestion.erasing.words import Erasure, Look, Place, name_of


class FakeErasures:
    def __init__(self, ledger: FakeLedger) -> None:
        self.ledger = ledger

    async def places(self, corpus: UUID) -> Sequence[Place]:
        async with self.ledger.steps.call("erasures places"):
            return self._places(corpus)

    async def last(self, corpus: UUID, source_id: str) -> Erasure | None:
        async with self.ledger.steps.call("erasures last"):
            open_ = self.ledger.erasing.get((corpus, source_id))
            return open_ or next((one for one in reversed(self.ledger.erased) if _is(one, corpus, source_id)), None)

    async def traces(self, corpus: UUID, source_id: str) -> bool:
        async with self.ledger.steps.call("erasures traces"):
            return (corpus, source_id) in self.ledger.documents or (corpus, source_id) in self.ledger.held

    async def begin(self, corpus: Corpus, source_id: str, by: str, documents: Collection[UUID]) -> Erasure:
        async with self.ledger.steps.call("erasures begin"):
            key = corpus.id, source_id
            begun = self.ledger.erasing.get(key) or Erasure(
                id=uuid4(),
                tenant=corpus.tenant,
                corpus=corpus.id,
                corpus_name=corpus.name,
                document=name_of(*key),
                source_id=source_id,
                by=by,
                asked=datetime.now(UTC),
            )
            known = [one for one in (self.ledger.documents.get(key), self.ledger.held.get(key)) if one]
            mine = {self.ledger.documents[key].id} if key in self.ledger.documents else set()
            self.ledger.erasing[key] = replace(
                begun,
                documents=begun.documents | mine | set(documents),
                originals=begun.originals | {one.sha256 for one in known},
                places=begun.places | set(self._places(corpus.id)),
            )
            return self.ledger.erasing[key]

    async def page(self, tenant: str, corpus: str, source_id: str, after: UUID | None, limit: int) -> Sequence[Erasure]:
        async with self.ledger.steps.call("erasures page"):
            known = sorted(
                [*self.ledger.erased, *self.ledger.erasing.values()], key=lambda one: (one.asked, one.id), reverse=True
            )
            mine = [one for one in known if (one.tenant, one.corpus_name) == (tenant, corpus)]
            if source_id:
                mine = [one for one in mine if _is(one, one.corpus, source_id)]
            if after is not None:
                last = next((one for one in known if (one.id, one.tenant) == (after, tenant)), None)
                mine = [one for one in mine if last and (one.asked, one.id) < (last.asked, last.id)]
            return mine[:limit]

    async def unfinished(self) -> Sequence[Erasure]:
        async with self.ledger.steps.call("erasures unfinished"):
            return list(self.ledger.erasing.values())

    async def claim(self, erasure: Erasure) -> None:
        async with self.ledger.steps.call("erasures claim"):
            for note in self.ledger.notes.values():
                if note.surplus.document in erasure.documents:
                    note.claimed, note.since = True, asyncio.get_running_loop().time()

    async def scrub(self, erasure: Erasure) -> None:
        async with self.ledger.steps.call("erasures scrub"):
            for key in [key for key in self.ledger.chunks if key[0] in erasure.documents]:
                del self.ledger.chunks[key]
            self.ledger.held.pop((erasure.corpus, erasure.source_id), None)
            for key, one in self.ledger.held.items():
                if (key[0], one.near_duplicate_of) == (erasure.corpus, erasure.source_id):
                    self.ledger.held[key] = replace(one, near_duplicate_of="")

    async def looks(self, erasure: Erasure) -> Sequence[Look]:
        async with self.ledger.steps.call("erasures looks"):
            documents = [put for put in self.ledger.documents.values() if put.id in erasure.documents]
            chunks = [key for key in self.ledger.chunks if key[0] in erasure.documents]
            held = [key for key in self.ledger.held if key == (erasure.corpus, erasure.source_id)]
            found = {"documents": documents, "chunks": chunks, "quarantine.source_id": held}
            return [Look(store="postgres", place=place, looked_for=1, found=len(them)) for place, them in found.items()]

    async def finish(self, erasure: Erasure, looks: Sequence[Look]) -> Erasure:
        async with self.ledger.steps.call("erasures finish"):
            begun = self.ledger.erasing.pop((erasure.corpus, erasure.source_id))
            nothing = {"source_id": "", "documents": frozenset(), "places": frozenset(), "originals": frozenset()}
            self.ledger.erased.append(replace(begun, finished=datetime.now(UTC), looks=tuple(looks), **nothing))
            return self.ledger.erased[-1]

    def _places(self, corpus: UUID) -> list[Place]:
        mine = [index for index in self.ledger.indexes.values() if self.ledger.owners[index.id] == corpus]
        return [Place(index.collection, index.id) for index in mine]


def _is(erasure: Erasure, corpus: UUID, source_id: str) -> bool:
    return erasure.document == name_of(corpus, source_id)

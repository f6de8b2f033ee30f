"""A book of corpora in memory: the pages of a ledger that say which corpora there are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from fakes.ledger import FakeLedger
from ingestion.corpora.settings import CorpusSettings
from ingestion.corpora.words import Corpus


class FakeBook:
    def __init__(self, ledger: FakeLedger) -> None:
        self.ledger = ledger

    async def find(self, tenant: str, name: str) -> Corpus | None:
        async with self.ledger.steps.call("book find"):
            return self.ledger.corpora.get((tenant, name))

    async def add(self, corpus: Corpus) -> bool:
        async with self.ledger.steps.call("book add"):
            if (corpus.tenant, corpus.name) in self.ledger.corpora:
                return False
            self.ledger.corpora[corpus.tenant, corpus.name] = corpus
            self.ledger.indexes[corpus.index.id] = corpus.index
            self.ledger.owners[corpus.index.id] = corpus.id
            return True

    async def change(self, corpus: UUID, settings: CorpusSettings) -> int | None:
        async with self.ledger.steps.call("book change"):
            now = self.ledger.by_id(corpus)
            if now is None:
                return None
            changed = replace(now, settings=settings, version=now.version + 1)
            self.ledger.corpora[now.tenant, now.name] = changed
            return changed.version

    async def page(self, after: UUID, most: int) -> Sequence[Corpus]:
        async with self.ledger.steps.call("book page"):
            found = [corpus for corpus in self.ledger.corpora.values() if corpus.id > after]
            return sorted(found, key=lambda corpus: corpus.id)[:most]

    async def versions(self, corpora: Collection[UUID]) -> Mapping[UUID, int]:
        async with self.ledger.steps.call("book versions"):
            return {corpus.id: corpus.version for corpus in self.ledger.corpora.values() if corpus.id in corpora}

    async def delete(self, corpus: UUID) -> bool:
        async with self.ledger.steps.call("book delete"):
            now = self.ledger.by_id(corpus)
            if now is not None:
                self.ledger.deleted[corpus] = self.ledger.corpora.pop((now.tenant, now.name))
            return now is not None

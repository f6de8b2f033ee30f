"""What is to go, found in a ledger in memory."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from chassis.filters import Condition, matches
from fakes.ledger import FakeLedger
from ingestion.committing.words import Draft
from ingestion.corpora.words import Corpus
from ingestion.keeping.ports import Candidate, Grave


class FakeKeeping:
    def __init__(self, ledger: FakeLedger) -> None:
        self.ledger = ledger

    async def matching(self, corpus: Corpus, condition: Condition, after: str, most: int) -> Sequence[Candidate]:
        async with self.ledger.steps.call("keeping matching"):
            found = [
                put
                for put in self._puts(corpus)
                if put.source_id > after
                if matches(condition, put.metadata, {"id": put.source_id, "mime": put.mime})
            ]
            return [_candidate(put) for put in sorted(found, key=lambda put: put.source_id)][:most]

    async def aged(self, now: datetime, most: int) -> Sequence[Candidate]:
        async with self.ledger.steps.call("keeping aged"):
            keeping = [corpus for corpus in self.ledger.corpora.values() if corpus.settings.retention_days]
            old = [
                put
                for corpus in keeping
                for put in self._puts(corpus)
                if self.ledger.times[put.id] < now - timedelta(days=corpus.settings.retention_days)
            ]
            return [_candidate(put) for put in old][:most]

    async def unreferenced(self, tenant: str, digests: Sequence[str]) -> Collection[str]:
        async with self.ledger.steps.call("keeping unreferenced"):
            return self._unreferenced(tenant, digests)

    async def settled(self, tenant: str, digests: Sequence[str]) -> Collection[str]:
        async with self.ledger.steps.call("keeping settled"):
            return self._unreferenced(tenant, digests)

    async def bury(self, most: int) -> bool:
        async with self.ledger.steps.call("keeping bury"):
            doomed = [key for key in self.ledger.documents if key[0] in self.ledger.deleted][:most]
            for key in doomed:
                gone = self.ledger.documents.pop(key)
                for index, document in [pair for pair in self.ledger.placements if pair[1] == gone.id]:
                    self.ledger.take(index, document)
            return bool(doomed)

    async def graves(self) -> Sequence[Grave]:
        async with self.ledger.steps.call("keeping graves"):
            surplus = {note.surplus.collection for note in self.ledger.notes.values()}
            graves = []
            for corpus in self.ledger.deleted.values():
                own = {corpus.index.collection} if corpus.settings.own_collection else set()
                if not self._puts(corpus) and not own & surplus:
                    graves.append(Grave(corpus=corpus.id, collections=tuple(own)))
            return graves

    async def level(self, grave: Grave) -> None:
        async with self.ledger.steps.call("keeping level"):
            del self.ledger.deleted[grave.corpus]

    def _unreferenced(self, tenant: str, digests: Sequence[str]) -> Collection[str]:
        names = {put.sha256 for put in self.ledger.documents.values() if put.corpus.tenant == tenant}
        names |= {held.sha256 for held in self.ledger.held.values()}
        return [digest for digest in digests if digest not in names]

    def _puts(self, corpus: Corpus) -> list[Draft]:
        return [put for (owner, _), put in self.ledger.documents.items() if owner == corpus.id]


def _candidate(put: Draft) -> Candidate:
    return Candidate(corpus=put.corpus, source_id=put.source_id, generation=put.generation)

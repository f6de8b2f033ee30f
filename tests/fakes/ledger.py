"""A ledger and a book of corpora in memory, with the promises of the real ones."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from chassis.errors import Aborted
from fakes.steps import Steps
from ingestion.committing.words import Batch, Draft, DraftChunk, Known, Surplus
from ingestion.corpora.words import Corpus

Generation = tuple[UUID, int]


@dataclass
class Note:
    surplus: Surplus
    since: float
    claimed: bool = False


class FakeBook:
    def __init__(self, ledger: FakeLedger) -> None:
        self.ledger = ledger

    async def find(self, tenant: str, name: str) -> Corpus | None:
        async with self.ledger.steps.call("book find"):
            return self.ledger.corpora.get((tenant, name))

    async def add(self, corpus: Corpus) -> bool:
        async with self.ledger.steps.call("book add"):
            return self.ledger.corpora.setdefault((corpus.tenant, corpus.name), corpus) is corpus


class FakeLedger:
    def __init__(self, steps: Steps | None = None) -> None:
        self.steps = steps or Steps()
        self.corpora: dict[tuple[str, str], Corpus] = {}
        self.visible: dict[tuple[UUID, str], Draft] = {}
        self.chunks: dict[Generation, tuple[DraftChunk, ...]] = {}
        self.notes: dict[Generation, Note] = {}
        self.lexicon: Counter[tuple[UUID, int]] = Counter()

    async def find(self, corpus: UUID, source_ids: Sequence[str]) -> Mapping[str, Known]:
        async with self.steps.call("ledger find"):
            found = {source_id: self._known(corpus, source_id) for source_id in source_ids}
            return {source_id: known for source_id, known in found.items() if known}

    async def announce(self, drafts: Sequence[Draft]) -> None:
        async with self.steps.call("ledger announce"):
            for draft in drafts:
                assert (draft.id, draft.generation) not in self.notes
                self._retire(draft)

    async def commit(self, batch: Batch) -> Mapping[UUID, int]:
        async with self.steps.call("ledger commit"):
            self._check(batch)
            for draft in batch.drafts:
                del self.notes[draft.id, draft.generation]
                self._hide(draft.corpus, draft.source_id)
                self.visible[draft.corpus.id, draft.source_id] = draft
                self.chunks[draft.id, draft.generation] = draft.chunks
                self.lexicon.update((draft.corpus.id, term) for chunk in draft.chunks for term in chunk.term_ids)
            for removal in batch.removals:
                self._hide(removal.corpus, removal.source_id)
            return {corpus.id: self._raise(corpus) for corpus in batch.corpora}

    async def claim(self, older_than: float, most: int) -> Sequence[Surplus]:
        async with self.steps.call("ledger claim"):
            old = [note for note in self.notes.values() if time.monotonic() - note.since >= older_than][:most]
            for note in old:
                note.claimed = True
            return [note.surplus for note in old]

    async def forget(self, surplus: Sequence[Surplus]) -> None:
        async with self.steps.call("ledger forget"):
            for old in surplus:
                self.chunks.pop((old.document, old.generation), None)
                self.notes.pop((old.document, old.generation), None)

    def corpus(self, corpus: Corpus) -> Corpus:
        return self.corpora[corpus.tenant, corpus.name]

    def _known(self, corpus: UUID, source_id: str) -> Known | None:
        draft = self.visible.get((corpus, source_id))
        if draft is None:
            return None
        announced = [generation for document, generation in self.notes if document == draft.id]
        return Known(
            id=draft.id,
            generation=draft.generation,
            fingerprint=draft.fingerprint,
            chunks=len(draft.chunks),
            terms=draft.terms,
            next_generation=max([draft.generation, *announced]) + 1,
            corpus_version=self.corpus(draft.corpus).version,
        )

    def _check(self, batch: Batch) -> None:
        for draft in batch.drafts:
            note = self.notes.get((draft.id, draft.generation))
            known = self._known(draft.corpus.id, draft.source_id)
            if note is None or note.claimed or _differs(known, draft.replaces):
                raise Aborted("changed meanwhile")
        for removal in batch.removals:
            if _differs(self._known(removal.corpus.id, removal.source_id), removal.known):
                raise Aborted("changed meanwhile")

    def _hide(self, corpus: Corpus, source_id: str) -> None:
        if old := self.visible.pop((corpus.id, source_id), None):
            self.lexicon.subtract((corpus.id, term) for chunk in old.chunks for term in chunk.term_ids)
            self._retire(old)

    def _retire(self, draft: Draft) -> None:
        surplus = Surplus(
            document=draft.id,
            generation=draft.generation,
            collection=draft.corpus.collection,
            chunks=len(draft.chunks),
        )
        self.notes[draft.id, draft.generation] = Note(surplus, time.monotonic())

    def _raise(self, corpus: Corpus) -> int:
        mine = [draft for (owner, _), draft in self.visible.items() if owner == corpus.id]
        now = self.corpus(corpus)
        counts = {"documents": len(mine), "chunks": sum(len(draft.chunks) for draft in mine)}
        self.corpora[corpus.tenant, corpus.name] = replace(now, version=now.version + 1, **counts)
        return now.version + 1


def _differs(known: Known | None, believed: Known | None) -> bool:
    return (known and (known.id, known.generation)) != (believed and (believed.id, believed.generation))

"""A ledger in memory, with the promises of the real one."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from chassis.errors import Aborted
from fakes.quota import ensure_quota
from fakes.steps import Steps
from ingestion.checking.held import Held
from ingestion.committing.words import Batch, Draft, DraftChunk, Known, Look, Placement, Surplus
from ingestion.corpora.words import Corpus, Index
from ingestion.erasing.words import Erasure

Generation = tuple[UUID, int]


@dataclass
class Note:
    surplus: Surplus
    since: float
    claimed: bool = False


class FakeLedger:
    def __init__(self, steps: Steps | None = None) -> None:
        self.steps = steps or Steps()
        self.corpora: dict[tuple[str, str], Corpus] = {}
        self.deleted: dict[UUID, Corpus] = {}
        self.times: dict[UUID, datetime] = {}
        self.indexes: dict[UUID, Index] = {}
        self.owners: dict[UUID, UUID] = {}
        """The corpus of each index."""
        self.documents: dict[tuple[UUID, str], Draft] = {}
        """The put that made each document what it is."""
        self.placements: dict[tuple[UUID, UUID], Draft] = {}
        """By index and document."""
        self.chunks: dict[Generation, tuple[DraftChunk, ...]] = {}
        self.notes: dict[Generation, Note] = {}
        self.lexicon: Counter[tuple[UUID, int]] = Counter()
        self.held: dict[tuple[UUID, str], Held] = {}
        self.erasing: dict[tuple[UUID, str], Erasure] = {}
        self.erased: list[Erasure] = []

    async def find(self, corpus: UUID, source_ids: Sequence[str]) -> Look | None:
        async with self.steps.call("ledger find"):
            now = self.by_id(corpus)
            if now is None:
                return None
            found = {source_id: self.known(now, source_id) for source_id in source_ids}
            return Look(corpus=now, known={source_id: known for source_id, known in found.items() if known})

    async def announce(self, drafts: Sequence[Draft]) -> None:
        async with self.steps.call("ledger announce"):
            if any((draft.id, draft.generation) in self.notes or self._was_used(draft) for draft in drafts):
                raise Aborted("announced by somebody else meanwhile")
            for draft in drafts:
                self._note(draft)

    async def commit(self, batch: Batch) -> Mapping[UUID, int]:
        async with self.steps.call("ledger commit"):
            self._check(batch)
            for draft in batch.drafts:
                del self.notes[draft.id, draft.generation]
                self.take(draft.index.id, draft.id)
                self._place(draft)
                if not draft.rebuilds:
                    self.held.pop((draft.corpus.id, draft.source_id), None)
                    self.erasing.pop((draft.corpus.id, draft.source_id), None)
            for removal in batch.removals:
                self.held.pop((removal.corpus.id, removal.source_id), None)
                gone = self.documents.pop((removal.corpus.id, removal.source_id))
                for index, document in [pair for pair in self.placements if pair[1] == gone.id]:
                    self.take(index, document)
            seen = {corpus.id for corpus in batch.corpora}
            touched = [draft.corpus for draft in batch.drafts] + [removal.corpus for removal in batch.removals]
            return {corpus.id: self._raise(corpus.id, raised=corpus.id in seen) for corpus in _once(touched)}

    async def claim(self, older_than: float, most: int) -> Sequence[Surplus]:
        async with self.steps.call("ledger claim"):
            latest = asyncio.get_running_loop().time() - older_than
            old = [note for note in self.notes.values() if note.since <= latest][:most]
            for note in old:
                note.claimed = True
            return [note.surplus for note in old]

    async def forget(self, surplus: Sequence[Surplus]) -> None:
        async with self.steps.call("ledger forget"):
            for old in surplus:
                self.chunks.pop((old.document, old.generation), None)
                self.notes.pop((old.document, old.generation), None)

    def by_id(self, corpus: UUID) -> Corpus | None:
        return next((each for each in self.corpora.values() if each.id == corpus), None)

    def now(self, corpus: Corpus) -> Corpus:
        found = self.by_id(corpus.id)
        assert found is not None
        return found

    def placed(self, corpus: Corpus) -> dict[str, Draft]:
        """What readers see."""
        index, mine = self.now(corpus).index.id, [key for key in self.documents if key[0] == corpus.id]
        placed = {source: self.placements.get((index, self.documents[owner, source].id)) for owner, source in mine}
        return {source: draft for source, draft in placed.items() if draft}

    def known(self, corpus: Corpus, source_id: str) -> Known | None:
        put = self.documents.get((corpus.id, source_id))
        if put is None:
            return None
        announced = [generation for document, generation in self.notes if document == put.id]
        elsewhere = [draft.generation for (_, document), draft in self.placements.items() if document == put.id]
        return Known(
            id=put.id,
            generation=put.generation,
            fingerprint=put.fingerprint,
            next_generation=max([put.generation, *announced, *elsewhere]) + 1,
            placement=_placement(self.placements.get((corpus.index.id, put.id))),
            held=(corpus.id, source_id) in self.held,
        )

    def _check(self, batch: Batch) -> None:
        for corpus in _once([draft.corpus for draft in batch.drafts if self.by_id(draft.corpus.id)]):
            ensure_quota(self.now(corpus), self.documents, batch)
        for draft in batch.drafts:
            note, index = self.notes.get((draft.id, draft.generation)), self.indexes.get(draft.index.id)
            put = self.documents.get((draft.corpus.id, draft.source_id))
            if note is None or note.claimed or index is None or index.state != draft.index.state:
                raise Aborted("changed meanwhile")
            if self.by_id(draft.corpus.id) is None or _differs(put, draft.replaces):
                raise Aborted("changed meanwhile")
        for removal in batch.removals:
            if _differs(self.documents.get((removal.corpus.id, removal.source_id)), removal.known):
                raise Aborted("changed meanwhile")

    def _was_used(self, draft: Draft) -> bool:
        placed = [each.generation for (_, document), each in self.placements.items() if document == draft.id]
        return any(generation >= draft.generation for generation in placed)

    def _place(self, draft: Draft) -> None:
        if not draft.rebuilds:
            self.documents[draft.corpus.id, draft.source_id] = draft
            self.times[draft.id] = datetime.now(UTC)
        self.placements[draft.index.id, draft.id] = draft
        self.chunks[draft.id, draft.generation] = draft.chunks
        self.lexicon.update((draft.index.id, term) for chunk in draft.chunks for term in chunk.term_ids)

    def take(self, index: UUID, document: UUID) -> None:
        if old := self.placements.pop((index, document), None):
            self.lexicon.subtract((index, term) for chunk in old.chunks for term in chunk.term_ids)
            self._note(old)

    def _note(self, draft: Draft) -> None:
        surplus = Surplus(
            document=draft.id,
            generation=draft.generation,
            collection=draft.index.collection,
            chunks=len(draft.chunks),
        )
        self.notes[draft.id, draft.generation] = Note(surplus, asyncio.get_running_loop().time())

    def _raise(self, corpus: UUID, *, raised: bool) -> int:
        now = self.by_id(corpus)
        assert now is not None
        mine = [put for (owner, _), put in self.documents.items() if owner == corpus]
        self.corpora[now.tenant, now.name] = replace(
            now,
            version=now.version + raised,
            documents=len(mine),
            size=sum(put.size for put in mine),
            index=replace(now.index, chunks=sum(len(draft.chunks) for draft in self.placed(now).values())),
        )
        return now.version + raised


def _once(corpora: Sequence[Corpus]) -> list[Corpus]:
    return list({corpus.id: corpus for corpus in corpora}.values())


def _placement(draft: Draft | None) -> Placement | None:
    if draft is None:
        return None
    return Placement(
        generation=draft.generation,
        source_generation=draft.source_generation,
        pipeline=draft.pipeline,
        chunks=len(draft.chunks),
    )


def _differs(put: Draft | None, believed: Known | None) -> bool:
    return (put and (put.id, put.generation)) != (believed and (believed.id, believed.generation))

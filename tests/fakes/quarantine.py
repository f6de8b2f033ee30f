"""Quarantine and signatures in memory, beside the ledger whose commits release and sign."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from fakes.ledger import FakeLedger
from ingestion.checking.held import Held
from ingestion.checking.ports import Candidate
from ingestion.checking.words import Author
from ingestion.corpora.words import Corpus
from ingestion.quality.sizes import Sizes


class FakeQuarantine:
    def __init__(self, ledger: FakeLedger) -> None:
        self.ledger = ledger

    async def hold(self, corpus: Corpus, held: Held) -> None:
        async with self.ledger.steps.call("quarantine hold"):
            self.ledger.held[corpus.id, held.source_id] = replace(held, since=datetime.now(UTC))
            self.ledger.erasing.pop((corpus.id, held.source_id), None)

    async def drop(self, corpus: Corpus, source_id: str) -> None:
        async with self.ledger.steps.call("quarantine drop"):
            self.ledger.held.pop((corpus.id, source_id), None)

    async def page(self, corpus: Corpus, author: Author, after: str, limit: int) -> Sequence[Held]:
        return [held for held in self._mine(corpus, author) if held.source_id > after][:limit]

    async def some(self, corpus: Corpus, author: Author, source_ids: Sequence[str]) -> Sequence[Held]:
        return [held for held in self._mine(corpus, author) if held.source_id in source_ids]

    async def discard(self, corpus: Corpus, author: Author, source_ids: Sequence[str]) -> int:
        gone = await self.some(corpus, author, source_ids)
        for held in gone:
            del self.ledger.held[corpus.id, held.source_id]
        return len(gone)

    def _mine(self, corpus: Corpus, author: Author) -> list[Held]:
        held = sorted((one for (owner, _), one in self.ledger.held.items() if owner == corpus.id), key=_by_id)
        return [self._shown(corpus, one, author) for one in held if _may(one.groups, one.by, author)]

    def _shown(self, corpus: Corpus, held: Held, author: Author) -> Held:
        twin = self.ledger.documents.get((corpus.id, held.near_duplicate_of))
        known = held.by == author.by or (twin is not None and bool(set(twin.groups) & author.groups))
        return held if known else replace(held, near_duplicate_of="")


class FakeSignatures:
    def __init__(self, ledger: FakeLedger) -> None:
        self.ledger = ledger

    async def alike(self, bands: Sequence[Sequence[int]]) -> Sequence[Sequence[Candidate]]:
        async with self.ledger.steps.call("signatures alike"):
            return [self._sharing(set(one)) for one in bands]

    async def usual(self, corpus: UUID) -> Sizes:
        async with self.ledger.steps.call("signatures usual"):
            mine = [put.likeness for (owner, _), put in self.ledger.documents.items() if owner == corpus]
            logs = [math.log(one.characters) for one in mine if one]
            if len(logs) < 2:
                return Sizes(documents=len(logs))
            return Sizes(documents=len(logs), mean=statistics.mean(logs), deviation=statistics.stdev(logs))

    def _sharing(self, bands: set[int]) -> list[Candidate]:
        signed = [put for put in self.ledger.documents.values() if put.likeness and bands & set(put.likeness.bands)]
        return [Candidate(put.source_id, put.likeness.signature, frozenset(put.groups), put.by) for put in signed]


def _may(groups: Sequence[str], by: str, author: Author) -> bool:
    return bool(set(groups) & author.groups) or by == author.by != ""


def _by_id(held: Held) -> str:
    return held.source_id

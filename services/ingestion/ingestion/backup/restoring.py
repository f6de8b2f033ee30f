"""Restores corpora from a folder, after all of it was looked through.

A restored corpus is a new one. It is there in one step, with its documents; ingestion, which sees that its index lacks
them, then fills it from the originals. Until then the documents are not found.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Protocol
from uuid import UUID

from chassis.errors import AlreadyExists
from ingestion.backup.folder import Folder
from ingestion.backup.words import Damaged, Document, Record, SavedCorpus

__all__ = ["Restored", "Restorer", "Target"]

NEVER: Final = datetime.min.replace(tzinfo=UTC)

PORTION: Final = 256
"""Records in one step."""


class Target(Protocol):
    """The ledger that corpora are restored into."""

    async def taken(self, tenant: str, names: Sequence[str]) -> Sequence[str]:
        """Return those of the names that the tenant has a corpus of."""
        ...

    async def erased(self, corpus: UUID, source_ids: Sequence[str]) -> Mapping[str, datetime]:
        """Return when those of the documents that were ever erased were so last."""
        ...

    async def restore(self, corpus: SavedCorpus, records: AsyncIterator[Sequence[Record]]) -> int:
        """Write the corpus with its records, all at once, and return how many documents; raise `AlreadyExists`."""
        ...


class Keeping(Protocol):
    """Keeps what callers sent."""

    async def keep(self, tenant: str, digest: str, content: bytes) -> None:
        """Keep the content under its digest; return when it is safe."""
        ...


@dataclass(frozen=True, slots=True)
class Restored:
    """A corpus that is there again."""

    tenant: str
    name: str
    documents: int


class Restorer:
    """Restores what a folder holds."""

    def __init__(self, folder: Folder, target: Target, originals: Keeping) -> None:
        self._folder = folder
        self._target = target
        self._originals = originals

    async def restore(self, tenant: str = "", name: str = "") -> Sequence[Restored]:
        """Return what was restored, to another tenant or under another name when they are given.

        Raises `Damaged` or `AlreadyExists`, having changed nothing, when the backup is not whole or a name is taken.
        """
        manifest = await asyncio.to_thread(self._folder.manifest)
        wanted = [_renamed(corpus, tenant, name) for corpus in manifest.corpora]
        if name and len(wanted) != 1:
            raise ValueError(f"the backup holds {len(wanted)} corpora; another name needs one")
        await self._ready(wanted)
        restored = []
        for corpus in wanted:
            await self._keep(corpus)
            documents = await self._target.restore(corpus, self._records(corpus))
            restored.append(Restored(corpus.tenant, corpus.name, documents))
        return restored

    async def _ready(self, wanted: Sequence[SavedCorpus]) -> None:
        for corpus in wanted:
            if await self._target.taken(corpus.tenant, [corpus.name]):
                raise AlreadyExists(f"{corpus.tenant} has a corpus {corpus.name}; delete it, or give another name")
            await asyncio.to_thread(self._look, corpus)

    def _look(self, corpus: SavedCorpus) -> None:
        documents = held = 0
        for portion in self._folder.read(corpus.file, corpus.sha256, PORTION):
            for record in portion:
                self._folder.original(record.sha256)
                documents += isinstance(record, Document)
                held += not isinstance(record, Document)
        if (documents, held) != (corpus.documents, corpus.held):
            raise Damaged(f"{corpus.file} holds {documents} documents and {held} held ones, not what the manifest says")

    async def _keep(self, corpus: SavedCorpus) -> None:
        async for portion in self._portions(corpus):
            for record in portion:
                content = await asyncio.to_thread(self._folder.original, record.sha256)
                await self._originals.keep(corpus.tenant, record.sha256, content)

    async def _records(self, corpus: SavedCorpus) -> AsyncIterator[Sequence[Record]]:
        async for portion in self._portions(corpus):
            erased = await self._target.erased(corpus.id, [record.source_id for record in portion])
            # One that was put after it was erased is another document.
            yield [record for record in portion if _since(record) > erased.get(record.source_id, NEVER)]

    async def _portions(self, corpus: SavedCorpus) -> AsyncIterator[list[Record]]:
        portions = self._folder.read(corpus.file, corpus.sha256, PORTION)
        while (portion := await asyncio.to_thread(next, portions, None)) is not None:
            yield portion


def _since(record: Record) -> datetime:
    return record.created_at if isinstance(record, Document) else record.since


def _renamed(corpus: SavedCorpus, tenant: str, name: str) -> SavedCorpus:
    return corpus.model_copy(update={"tenant": tenant or corpus.tenant, "name": name or corpus.name})

"""Saves corpora: all of one moment, while documents come and go."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

from ingestion.backup.folder import Folder, Lines
from ingestion.backup.words import FORMAT, Damaged, Document, Manifest, Record, SavedCorpus
from ingestion.indexing.words import LostOriginal

__all__ = ["Moment", "Saver", "Source"]

AT_ONCE: Final = 16
"""Originals that are read at a time: 32 MiB each at most."""


class Moment(Protocol):
    """The ledger as it was at one moment."""

    taken_at: datetime

    async def corpora(self, tenant: str, names: Sequence[str]) -> Sequence[SavedCorpus]:
        """Return the tenant's corpora of these names, or all of them when none is given; raise `NotFound`."""
        ...

    def records(self, corpus: UUID) -> AsyncIterator[Sequence[Record]]:
        """Yield what the corpus holds, in portions."""
        ...


class Source(Protocol):
    """The ledger."""

    def moment(self) -> AbstractAsyncContextManager[Moment]:
        """Hold a moment still for as long as the block lasts."""
        ...

    async def needs(self, corpus: UUID, record: Record) -> bool:
        """Tell whether the corpus has the record's content now."""
        ...


class Originals(Protocol):
    """Keeps what callers sent."""

    async def read(self, tenant: str, digest: str) -> bytes:
        """Return the content; raise `LostOriginal` when it is not there."""
        ...


class Saver:
    """Saves into a folder."""

    def __init__(self, source: Source, originals: Originals, folder: Folder) -> None:
        self._source = source
        self._originals = originals
        self._folder = folder

    async def save(self, tenant: str, names: Sequence[str]) -> Manifest:
        """Return the manifest once everything is in the folder.

        Raises `NotFound` when there is no such corpus, `Damaged` when an original that is needed is lost.
        """
        await asyncio.to_thread(self._folder.begin)
        async with self._source.moment() as moment:
            corpora = [await self._corpus(moment, one) for one in await moment.corpora(tenant, names)]
        manifest = Manifest(format=FORMAT, taken_at=moment.taken_at, corpora=tuple(corpora))
        await asyncio.to_thread(self._folder.finish, manifest)
        return manifest

    async def _corpus(self, moment: Moment, corpus: SavedCorpus) -> SavedCorpus:
        counts = {"documents": 0, "held": 0, "left_out": 0}
        file = f"{corpus.name}.jsonl"
        with self._folder.records(file) as lines:
            async for portion in moment.records(corpus.id):
                await self._portion(corpus, portion, lines, counts)
        return corpus.model_copy(update={**counts, "file": file, "sha256": lines.sha256})

    async def _portion(
        self, corpus: SavedCorpus, portion: Sequence[Record], lines: Lines, counts: dict[str, int]
    ) -> None:
        for at in range(0, len(portion), AT_ONCE):
            some = portion[at : at + AT_ONCE]
            kept = await asyncio.gather(*(self._keep(corpus, record) for record in some))
            saved = [record for record, whole in zip(some, kept, strict=True) if whole]
            await asyncio.to_thread(lines.add, saved)
            documents = sum(isinstance(record, Document) for record in saved)
            counts["documents"] += documents
            counts["held"] += len(saved) - documents
            counts["left_out"] += len(some) - len(saved)

    async def _keep(self, corpus: SavedCorpus, record: Record) -> bool:
        try:
            content = await self._originals.read(corpus.tenant, record.sha256)
        except LostOriginal:
            if await self._source.needs(corpus.id, record):
                raise Damaged(f"the original {record.sha256} of a document in {corpus.name} is lost") from None
            return False  # it was deleted or erased since
        await asyncio.to_thread(self._folder.keep, record.sha256, content)
        return True

"""The order of a commit. Everything that is promised about documents rests on it.

Chunks are announced, written and made durable before the ledger says that they count, so a crash at any point leaves
either the old state or the new one. The version is withdrawn before and published after, so a cache that trusts a
version never trusts an old one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID

from ingestion.committing.ports import Index, Ledger
from ingestion.committing.words import Batch
from ingestion.corpora.words import Corpus

__all__ = ["Commit", "Publishing"]


class Publishing(Protocol):
    """Withdraws and publishes versions."""

    async def withdraw(self, corpora: Sequence[Corpus]) -> None:
        """Make sure that nobody is shown a version of these; raise `Unavailable` when that cannot be made sure."""
        ...

    async def publish(self, corpora: Sequence[Corpus], versions: Mapping[UUID, int]) -> None:
        """Show the new versions, now or as soon as it can be done; a corpus without one is gone. Never fails."""
        ...


class Commit:
    """Makes a batch visible."""

    def __init__(self, ledger: Ledger, index: Index, publishing: Publishing) -> None:
        self._ledger = ledger
        self._index = index
        self._publishing = publishing

    async def __call__(self, batch: Batch) -> Mapping[UUID, int]:
        """Return the new version of each corpus once all of the batch is durable and visible."""
        if batch.drafts:
            await self._ledger.announce(batch.drafts)
        for collection in batch.collections:
            drafts = [draft for draft in batch.drafts if draft.index.collection == collection]
            await self._index.write(collection, drafts)
            await self._index.flush(collection)
        if batch.corpora:
            await self._publishing.withdraw(batch.corpora)
        versions = await self._ledger.commit(batch)
        await self._publishing.publish(batch.corpora, versions)
        return versions

"""Ingestion put together wrongly, one way at a time: what the histories must find.

The parts are the real ones. What is wrong is the order in which they reach the stores, or what a store is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from ingestion.committing.ports import Index, Ledger, VersionShelf
from ingestion.committing.words import Batch, Draft, Look, Surplus
from ingestion.corpora.words import Corpus
from ingestion.ports import Ports
from sim.world.history import Plan, real
from sim.world.world import WitnessedLedger


@dataclass
class Passed:
    """Passes everything on, but for what a subclass does in another way."""

    port: Ledger | Index | VersionShelf

    def __getattr__(self, name: str):
        return getattr(self.port, name)


class FlushLater(Passed):
    """Says at once that all is durable."""

    async def flush(self, collection: str) -> None:
        pass


@dataclass
class FlushAfterCommit(Passed):
    """Makes the batch visible, and only then durable."""

    index: Index = field(kw_only=True)

    async def commit(self, batch: Batch) -> Mapping[UUID, int]:
        versions = await self.port.commit(batch)
        for collection in batch.collections:
            await self.index.flush(collection)
        return versions


@dataclass
class PublishBeforeCommit(Passed):
    """Shows the version that the commit is going to make."""

    shelf: VersionShelf = field(kw_only=True)

    async def commit(self, batch: Batch) -> Mapping[UUID, int]:
        for corpus in batch.corpora:
            await self.shelf.put(corpus, corpus.version + 1)
        return await self.port.commit(batch)


class NothingWithdrawn(Passed):
    """Leaves the old version on the shelf during the commit, with the token of a withdrawal."""

    async def drop(self, corpora: Sequence[Corpus]) -> None:
        shown = {
            (corpus.tenant, corpus.name): self.port._shelf.versions.get((corpus.tenant, corpus.name))
            for corpus in corpora
        }
        await self.port.drop(corpora)
        self.port._shelf.versions.update({place: version for place, version in shown.items() if version is not None})


class Unclaimed(WitnessedLedger):
    """What is to be swept can still be committed, and is not left alone for any time."""

    async def claim(self, older_than: float, most: int) -> Sequence[Surplus]:
        return [note.surplus for note in self.notes.values()][:most]


class SameGeneration(WitnessedLedger):
    """A second attempt writes under the number of the first."""

    async def find(self, corpus: UUID, source_ids: Sequence[str]) -> Look | None:
        look = await super().find(corpus, source_ids)
        known = {source: replace(one, next_generation=one.generation + 1) for source, one in look.known.items()}
        return replace(look, known=known)

    async def announce(self, drafts: Sequence[Draft]) -> None:
        for draft in drafts:
            self.notes.pop((draft.id, draft.generation), None)
        await super().announce(drafts)


class Forgetful(WitnessedLedger):
    """Takes a generation that a document has had already."""

    def _was_used(self, draft: Draft) -> bool:
        return False


def planted(change: Callable[[Ports], Ports]) -> Plan:
    """Return a plan for a process that reaches its stores in this way."""
    return Plan(compose=lambda ports: real(change(ports)))


def _commit_before_flush(ports: Ports) -> Ports:
    ledger = FlushAfterCommit(ports.ledger, index=ports.index)
    return replace(ports, ledger=ledger, index=FlushLater(ports.index))


def _publish_before_commit(ports: Ports) -> Ports:
    return replace(ports, ledger=PublishBeforeCommit(ports.ledger, shelf=ports.shelf))


PLANTED = {
    "commit before flush": planted(_commit_before_flush),
    "publish before commit": planted(_publish_before_commit),
    "nothing is withdrawn": planted(lambda ports: replace(ports, shelf=NothingWithdrawn(ports.shelf))),
    "sweep without grace and claim": Plan(ledger=Unclaimed),
    "a retry reuses the generation": Plan(ledger=SameGeneration),
    "an index is built under a generation that is taken": Plan(ledger=Forgetful),
}

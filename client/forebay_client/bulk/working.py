"""Works on the shards of a job until none is left."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from forebay.ingestion.v1alpha1 import jobs_pb2 as jobs

from chassis.errors import Aborted, FailedPrecondition, Overloaded, ServiceError, Unavailable
from forebay_client.aio import AsyncClient
from forebay_client.bulk.entries import Entry, entries
from forebay_client.bulk.manifest import Manifest
from forebay_client.documents import Document
from forebay_client.objects import Unreadable
from forebay_client.uploading import PAUSE, Tally, uploaded
from forebay_client.uploading import patiently as waiting

LEASE = 60
"""Seconds; a worker reports three times in them."""

FAREWELL = 5.0
"""Seconds for a worker that is stopped to give its shard back."""

LONGEST_REASON = 512

patiently = partial(waiting, most=8)
"""A gateway may be away for a minute and a half, long enough to be started again."""


class ManifestChanged(FailedPrecondition):
    """The manifest is not the one that the job was made of."""


@dataclass(slots=True)
class Worker:
    """One of any number that share a job."""

    putting: AsyncClient
    job: str
    name: str
    lease: int = LEASE
    _manifest: Manifest | None = field(default=None, init=False)

    async def work(self) -> None:
        """Take shards until the job has ended."""
        while True:
            taken = await patiently(partial(self.putting.jobs.take, self.job, self.name, self.lease))
            match taken.WhichOneof("next"):
                case "shard":
                    await self._shard(taken.shard)
                case "wait_seconds":
                    await asyncio.sleep(taken.wait_seconds)
                case _:
                    return

    async def _shard(self, shard: jobs.Shard) -> None:
        """Put a shard's documents while reporting; stop when the lease is lost or the job cancelled."""
        tally = Tally()
        putting = asyncio.ensure_future(self._put(shard, tally))
        beating = asyncio.ensure_future(self._beats(shard, tally))
        try:
            await asyncio.wait((putting, beating), return_when=asyncio.FIRST_COMPLETED)
            if putting.done():
                await putting
                await self._finished(shard, tally)
        except asyncio.CancelledError:
            with suppress(ServiceError, TimeoutError):
                await asyncio.wait_for(self._released(shard, tally, "its worker was stopped"), FAREWELL)
            raise
        except (Unavailable, Overloaded) as failure:
            await self._released(shard, tally, str(failure))
            await asyncio.sleep(PAUSE)
        except ServiceError as failure:
            await self._released(shard, tally, str(failure))
            raise
        finally:
            for task in (putting, beating):
                task.cancel()
            await asyncio.gather(putting, beating, return_exceptions=True)

    async def _put(self, shard: jobs.Shard, tally: Tally) -> None:
        piece = await self._piece(shard)
        await uploaded(
            self.putting, shard.corpus, lambda: self._documents(piece, shard.manifest, tally), tally, lambda _: None
        )

    async def _piece(self, shard: jobs.Shard) -> bytes:
        piece = await self._opened(shard.manifest).part(shard.range.start, shard.range.end)
        if hashlib.sha256(piece).digest() != shard.range.sha256:
            raise ManifestChanged(f"{shard.manifest} changed since the job was created; create another one")
        return piece

    async def _documents(self, piece: bytes, where: str, tally: Tally) -> AsyncIterator[Document]:
        manifest = self._opened(where)
        for entry in entries(piece):
            if entry.id in tally.settled:
                continue
            try:
                yield _document(entry, await manifest.content(entry), manifest.address(entry))
            except Unreadable as failure:
                tally.refused[entry.id] = str(failure)
                tally.settled.add(entry.id)

    async def _beats(self, shard: jobs.Shard, tally: Tally) -> None:
        """Report now and then; return when there is nothing more to do for this worker."""
        while True:
            await asyncio.sleep(self.lease / 3)
            try:
                if await self.putting.jobs.report(self._report(shard, tally)):
                    return
            except Aborted:
                return
            except (Unavailable, Overloaded):
                continue

    async def _finished(self, shard: jobs.Shard, tally: Tally) -> None:
        report = self._report(shard, tally)
        report.finished.refusals.extend(
            jobs.Refusal(document_id=id_[:LONGEST_REASON], reason=why[:LONGEST_REASON])
            for id_, why in tally.refused.items()
        )
        with suppress(Aborted):  # somebody else has it, and finds everything unchanged
            await patiently(partial(self.putting.jobs.report, report))

    async def _released(self, shard: jobs.Shard, tally: Tally, why: str) -> None:
        report = self._report(shard, tally)
        report.released = why[:LONGEST_REASON] or "it failed"
        with suppress(Aborted):
            await patiently(partial(self.putting.jobs.report, report))

    def _report(self, shard: jobs.Shard, tally: Tally) -> jobs.ReportShardRequest:
        progress = jobs.ShardProgress(
            committed=tally.committed,
            unchanged=tally.unchanged,
            refused=len(tally.refused),
            others=tally.others.total(),
            chunks=tally.chunks,
        )
        return jobs.ReportShardRequest(
            job=self.job, ordinal=shard.ordinal, lease=shard.lease, progress=progress, lease_seconds=self.lease
        )

    def _opened(self, where: str) -> Manifest:
        if self._manifest is None or self._manifest.where != where:
            self._manifest = Manifest(where)
        return self._manifest


def _document(entry: Entry, content: bytes, uri: str) -> Document:
    return Document(
        id=entry.id,
        content=content,
        mime_type=entry.mime_type,
        title=entry.title,
        uri=uri,
        groups=entry.groups,
        metadata=entry.metadata,
    )

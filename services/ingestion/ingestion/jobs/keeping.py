"""Keeps jobs and hands out their shards. It never reads a manifest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol
from uuid import UUID

from chassis.errors import Aborted, AlreadyExists, NotFound
from ingestion.jobs.words import Job, JobState, Leased, Plan, Refusal, Report

__all__ = ["CorpusFinder", "JobBook", "Jobs"]

WAIT: Final = 2.0
"""Seconds until a worker without a shard asks again; a lease may expire, or the job end."""

REFUSALS_KEPT: Final = 1_000
"""Of one shard."""

SHARDS_PER_PAGE: Final = 100
"""Of refusals; with those of each shard that is a few megabytes at most."""


class JobBook(Protocol):
    """Where jobs are written down."""

    async def add(self, plan: Plan) -> bool:
        """Write a new job down; return False when the tenant has one of its name."""
        ...

    async def find(self, tenant: str, name: str) -> Job | None:
        """Return the job as it is now, or None."""
        ...

    async def page(self, tenant: str, after: str, limit: int) -> list[Job]:
        """Return jobs by name, from the first name after `after`."""
        ...

    async def claim(self, job: UUID, worker: str, seconds: float) -> Leased | None:
        """Lease the first shard that nobody works on; give up those that were tried too often."""
        ...

    async def report(self, job: UUID, report: Report) -> bool:
        """Write a report down; return False when the lease is not the shard's. The same ending again does nothing."""
        ...

    async def cancel(self, job: UUID) -> None:
        """Write down that it was cancelled, once."""
        ...

    async def refusals(self, job: UUID, after: int, limit: int) -> list[tuple[int, Sequence[Refusal]]]:
        """Return what was refused in shards that are done and had refusals, by ordinal, after one of them."""
        ...


class CorpusFinder(Protocol):
    """Who knows which corpora there are."""

    async def named(self, tenant: str, name: str) -> object:
        """Return the corpus; raise `NotFound`."""
        ...


class Jobs:
    """What may be done with jobs."""

    def __init__(self, book: JobBook, corpora: CorpusFinder) -> None:
        self._book = book
        self._corpora = corpora

    async def create(self, plan: Plan) -> tuple[Job, bool]:
        """Return the job and whether this call made it; raise `AlreadyExists` when its name means other work."""
        await self._corpora.named(plan.tenant, plan.corpus)
        created = await self._book.add(plan)
        job = await self.named(plan.tenant, plan.name)
        if job.fingerprint != plan.fingerprint:
            raise AlreadyExists(f"job {plan.name} exists and does other work")
        return job, created

    async def named(self, tenant: str, name: str) -> Job:
        """Return the tenant's job of that name; raise `NotFound`."""
        job = await self._book.find(tenant, name)
        if job is None:
            raise NotFound(f"there is no job named {name}", reason="UNKNOWN_JOB")
        return job

    async def page(self, tenant: str, after: str, limit: int) -> list[Job]:
        """Return jobs by name."""
        return await self._book.page(tenant, after, limit)

    async def take(self, tenant: str, name: str, worker: str, seconds: float) -> tuple[Job, Leased | float | JobState]:
        """Return the job, and a shard, or how long to wait for one, or how the job ended."""
        job = await self.named(tenant, name)
        if job.state is not JobState.RUNNING:
            return job, job.state
        leased = await self._book.claim(job.id, worker, seconds)
        if leased is not None:
            return job, leased
        job = await self.named(tenant, name)
        return job, WAIT if job.state is JobState.RUNNING else job.state

    async def report(self, tenant: str, name: str, report: Report) -> bool:
        """Take a report; say whether the job was cancelled. Raise `Aborted` when somebody else has the shard."""
        job = await self.named(tenant, name)
        if not await self._book.report(job.id, report):
            raise Aborted("the lease of this shard is lost; somebody else works on it", reason="LEASE_LOST")
        return job.state is JobState.CANCELLED

    async def cancel(self, tenant: str, name: str) -> Job:
        """Cancel a job that runs; one that has ended stays as it is."""
        job = await self.named(tenant, name)
        if job.state is JobState.RUNNING:
            await self._book.cancel(job.id)
        return await self.named(tenant, name)

    async def refusals(self, tenant: str, name: str, after: int) -> tuple[list[Refusal], int | None]:
        """Return a page of refusals, and after which shard the next one starts if there is one."""
        job = await self.named(tenant, name)
        shards = await self._book.refusals(job.id, after, SHARDS_PER_PAGE)
        found = [refusal for _, refusals in shards for refusal in refusals]
        return found, shards[-1][0] if len(shards) == SHARDS_PER_PAGE else None

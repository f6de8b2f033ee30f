"""The book of jobs in memory, with a clock of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from time import monotonic
from uuid import uuid4

from ingestion.jobs.keeping import REFUSALS_KEPT
from ingestion.jobs.words import MOST_ATTEMPTS, Job, Leased, Progress


@dataclass
class Shard:
    range: object
    state: str = "open"
    lease: str | None = None
    until: float = float("-inf")
    attempts: int = 0
    progress: Progress = field(default_factory=Progress)
    refusals: tuple = ()
    failure: str = ""
    begun: float = 0.0
    ended: float | None = None


class FakeJobBook:
    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self.clock = clock
        self.jobs = {}
        self.shards = {}
        self._leases = count()

    async def add(self, plan):
        if any(key == (plan.tenant, plan.name) for key in self.jobs):
            return False
        job = Job(
            id=uuid4(),
            name=plan.name,
            corpus=plan.corpus,
            manifest=plan.manifest,
            fingerprint=plan.fingerprint,
            shards=len(plan.shards),
            created=datetime.now(UTC),
        )
        self.jobs[plan.tenant, plan.name] = job
        self.shards[job.id] = [Shard(one) for one in plan.shards]
        return True

    async def find(self, tenant, name):
        job = self.jobs.get((tenant, name))
        return job and self._summed(job)

    async def page(self, tenant, after, limit):
        names = sorted(name for owner, name in self.jobs if owner == tenant and name > after)
        return [self._summed(self.jobs[tenant, name]) for name in names[:limit]]

    async def claim(self, job, worker, seconds):
        for ordinal, shard in enumerate(self.shards[job]):
            if shard.state != "open" or shard.until > self.clock():
                continue
            if shard.attempts >= MOST_ATTEMPTS:
                shard.state, shard.failure = "failed", shard.failure or "no worker finished it"
                shard.ended = self.clock()
                continue
            shard.lease, shard.until, shard.begun = f"lease-{next(self._leases)}", self.clock() + seconds, self.clock()
            shard.attempts, shard.progress, shard.ended = shard.attempts + 1, Progress(), None
            return Leased(ordinal=ordinal, range=shard.range, lease=shard.lease, attempt=shard.attempts)
        return None

    async def report(self, job, report):
        shards = self.shards[job]
        shard = shards[report.ordinal] if report.ordinal < len(shards) else Shard(None)
        if shard.lease != report.lease or shard.state != "open":
            return shard.lease == report.lease and shard.state == "done" and report.finished is not None
        shard.progress, shard.until = report.progress, self.clock() + report.seconds
        if report.finished is not None:
            shard.state, shard.refusals, shard.ended = "done", report.finished[:REFUSALS_KEPT], self.clock()
        elif report.released is not None:
            shard.lease, shard.until, shard.failure, shard.ended = None, float("-inf"), report.released, self.clock()
            shard.state = "failed" if shard.attempts >= MOST_ATTEMPTS else "open"
        return True

    async def cancel(self, job):
        key = next(key for key, one in self.jobs.items() if one.id == job)
        self.jobs[key] = replace(self.jobs[key], cancelled=self.jobs[key].cancelled or datetime.now(UTC))

    async def refusals(self, job, after, limit):
        found = [(at, shard.refusals) for at, shard in enumerate(self.shards[job]) if at > after and shard.refusals]
        return found[:limit]

    def _summed(self, job):
        shards = self.shards[job.id]
        done = [shard for shard in shards if shard.state == "done"]
        failed = [shard for shard in shards if shard.state == "failed"]
        names = ("committed", "unchanged", "refused", "others", "chunks")
        return replace(
            job,
            done=len(done),
            failed=len(failed),
            leased=sum(shard.state == "open" and shard.until > self.clock() for shard in shards),
            entries=sum(shard.range.entries for shard in shards),
            progress=Progress(**{name: sum(getattr(shard.progress, name) for shard in shards) for name in names}),
            work_seconds=sum(shard.ended - shard.begun for shard in done),
            last_end=datetime.now(UTC) if done or failed else None,
            failures=sorted({shard.failure for shard in failed})[:20],
        )

"""Jobs over a book in memory or in PostgreSQL, and a short way to take and report their shards."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from chassis.errors import NotFound
from ingestion.jobs.keeping import Jobs
from ingestion.jobs.words import Plan, Progress, Range, Report

NAMES = (f"job-{number}" for number in count())


class OneCorpus:
    async def named(self, tenant, name):
        if name != "docs":
            raise NotFound("there is no such corpus")
        return name


def plan(shards=2, **changes):
    ranges = tuple(Range(at * 100, at * 100 + 100, 10, bytes([at]) * 32) for at in range(shards))
    return Plan(
        **{"tenant": "acme", "name": next(NAMES), "corpus": "docs", "manifest": "/m.jsonl", "shards": ranges} | changes
    )


@dataclass
class Work:
    """A job, and a short way to take and report its shards."""

    jobs: Jobs
    name: str

    async def take(self, seconds=60.0):
        return (await self.jobs.take("acme", self.name, "w", seconds))[1]

    async def report(self, leased, seconds=60.0, progress=None, **ending):
        report = Report(
            ordinal=leased.ordinal, lease=leased.lease, progress=progress or Progress(), seconds=seconds, **ending
        )
        return await self.jobs.report("acme", self.name, report)

    async def now(self):
        return await self.jobs.named("acme", self.name)


async def made(jobs, shards=2):
    job, created = await jobs.create(plan(shards))
    assert created
    return Work(jobs, job.name)

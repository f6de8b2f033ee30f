"""Jobs and their shards in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from psycopg.types.json import Jsonb

from ingestion.jobs.keeping import REFUSALS_KEPT
from ingestion.jobs.words import MOST_ATTEMPTS, Job, Leased, Plan, Progress, Range, Refusal, Report
from ingestion.postgres.calls import Pool, call
from ingestion.postgres.writer import Writer

__all__ = ["PostgresJobs"]

ADD = """
insert into forebay.jobs (id, tenant, name, corpus, manifest, fingerprint)
values (%s, %s, %s, %s, %s, %s) on conflict (tenant, name) do nothing
"""
ADD_SHARDS = """
insert into forebay.shards (job_id, ordinal, start_byte, end_byte, entries, sha256)
select %s, n - 1, start_byte, end_byte, entries, sha256
from unnest(%s::bigint[], %s::bigint[], %s::int[], %s::bytea[]) with ordinality
    as t (start_byte, end_byte, entries, sha256, n)
"""
JOBS = """
select j.*, s.* from forebay.jobs j cross join lateral (
    select count(*) as shards,
        count(*) filter (where state = 'done') as done,
        count(*) filter (where state = 'failed') as failed,
        count(*) filter (where state = 'open' and leased_until > now()) as leased,
        sum(entries) as entries, sum(committed) as committed, sum(unchanged) as unchanged,
        sum(refused) as refused, sum(others) as others, sum(chunks) as chunks,
        coalesce(sum(extract(epoch from ended_at - started_at)) filter (where state = 'done'), 0) as seconds,
        max(ended_at) as last_end,
        (array_agg(distinct failure) filter (where state = 'failed'))[:20] as failures
    from forebay.shards where job_id = j.id
) s
"""
FIND = f"{JOBS} where j.tenant = %s and j.name = %s"
PAGE = f"{JOBS} where j.tenant = %s and j.name > %s order by j.name limit %s"
GIVE_UP = """
update forebay.shards set state = 'failed', ended_at = now(),
    failure = coalesce(nullif(failure, ''), 'no worker finished it')
where job_id = %s and state = 'open' and leased_until <= now() and attempts >= %s
"""
CLAIM = """
update forebay.shards set worker = %(worker)s, lease = %(lease)s, attempts = attempts + 1, started_at = now(),
    leased_until = now() + make_interval(secs => %(seconds)s), ended_at = null,
    committed = 0, unchanged = 0, refused = 0, others = 0, chunks = 0
where job_id = %(job)s and ordinal = (
    select ordinal from forebay.shards
    where job_id = %(job)s and state = 'open' and leased_until <= now() order by ordinal limit 1
)
returning ordinal, start_byte, end_byte, entries, sha256, attempts
"""
REPORT = """
update forebay.shards set committed = %(committed)s, unchanged = %(unchanged)s, refused = %(refused)s,
    others = %(others)s, chunks = %(chunks)s,
    leased_until = case when %(ending)s = '' then now() + make_interval(secs => %(seconds)s) else '-infinity' end,
    state = case when %(ending)s = 'done' then 'done'
        when %(ending)s = 'released' and attempts >= %(most)s then 'failed' else state end,
    lease = case when %(ending)s = 'released' then null else lease end,
    failure = coalesce(%(failure)s, failure),
    refusals = coalesce(%(refusals)s, refusals),
    ended_at = case when %(ending)s = '' then null else now() end
where job_id = %(job)s and ordinal = %(ordinal)s and lease = %(lease)s and state = 'open'
"""
ENDED = "select 1 from forebay.shards where job_id = %s and ordinal = %s and lease = %s and state = 'done'"
CANCEL = "update forebay.jobs set cancelled_at = now() where id = %s and cancelled_at is null"
REFUSALS = """
select ordinal, refusals from forebay.shards
where job_id = %s and ordinal > %s and state = 'done' and refusals <> '[]' order by ordinal limit %s
"""


class PostgresJobs:
    """The book of jobs."""

    def __init__(self, pool: Pool, writer: Writer, seconds: float) -> None:
        self._pool = pool
        self._writer = writer
        self._seconds = seconds

    async def add(self, plan: Plan) -> bool:
        """Write a new job down with its shards; return False when there is one of its name."""
        key = uuid4()
        values = [key, plan.tenant, plan.name, plan.corpus, plan.manifest, plan.fingerprint]
        columns = zip(*((one.start, one.end, one.entries, one.sha256) for one in plan.shards), strict=True)
        async with self._writer.transaction("add job") as connection:
            if not (await connection.execute(ADD, values)).rowcount:
                return False
            await connection.execute(ADD_SHARDS, [key, *map(list, columns)])
        return True

    async def find(self, tenant: str, name: str) -> Job | None:
        """Return the job as it is now, or None."""
        rows = await self._rows("find job", FIND, [tenant, name])
        return _job(rows[0]) if rows else None

    async def page(self, tenant: str, after: str, limit: int) -> list[Job]:
        """Return jobs by name."""
        return [_job(row) for row in await self._rows("list jobs", PAGE, [tenant, after, limit])]

    async def claim(self, job: UUID, worker: str, seconds: float) -> Leased | None:
        """Lease the first shard that nobody works on; give up those that were tried too often."""
        lease = uuid4().hex
        values = {"job": job, "worker": worker, "lease": lease, "seconds": seconds}
        async with self._writer.transaction("claim shard") as connection:
            await connection.execute(GIVE_UP, [job, MOST_ATTEMPTS])
            row = await (await connection.execute(CLAIM, values)).fetchone()
        if row is None:
            return None
        piece = Range(row["start_byte"], row["end_byte"], row["entries"], bytes(row["sha256"]))
        return Leased(ordinal=row["ordinal"], range=piece, lease=lease, attempt=row["attempts"])

    async def report(self, job: UUID, report: Report) -> bool:
        """Write a report down; return False when the lease is not the shard's."""
        async with self._writer.transaction("report shard") as connection:
            if (await connection.execute(REPORT, _values(job, report))).rowcount:
                return True
            found = await connection.execute(ENDED, [job, report.ordinal, report.lease])
            return report.finished is not None and found.rowcount > 0

    async def cancel(self, job: UUID) -> None:
        """Write down that it was cancelled, once."""
        async with self._writer.transaction("cancel job") as connection:
            await connection.execute(CANCEL, [job])

    async def refusals(self, job: UUID, after: int, limit: int) -> list[tuple[int, Sequence[Refusal]]]:
        """Return what was refused, by shard."""
        rows = await self._rows("list refusals", REFUSALS, [job, after, limit])
        return [(row["ordinal"], [Refusal(*pair) for pair in row["refusals"]]) for row in rows]

    async def _rows(self, operation: str, query: str, values: Sequence[Any]) -> list[dict[str, Any]]:
        async with call(operation, self._seconds), self._pool.connection() as connection:
            return await (await connection.execute(query.encode(), values)).fetchall()


def _values(job: UUID, report: Report) -> dict[str, Any]:
    progress, kept = report.progress, (report.finished or ())[:REFUSALS_KEPT]
    ending = "done" if report.finished is not None else "released" if report.released is not None else ""
    return {
        "job": job,
        "ordinal": report.ordinal,
        "lease": report.lease,
        "seconds": report.seconds,
        "ending": ending,
        "most": MOST_ATTEMPTS,
        "failure": report.released,
        "refusals": Jsonb([[one.document, one.reason] for one in kept]) if report.finished is not None else None,
        "committed": progress.committed,
        "unchanged": progress.unchanged,
        "refused": progress.refused,
        "others": progress.others,
        "chunks": progress.chunks,
    }


def _job(row: dict[str, Any]) -> Job:
    names = ("committed", "unchanged", "refused", "others", "chunks")
    return Job(
        id=row["id"],
        name=row["name"],
        corpus=row["corpus"],
        manifest=row["manifest"],
        fingerprint=row["fingerprint"],
        shards=row["shards"],
        done=row["done"],
        failed=row["failed"],
        leased=row["leased"],
        entries=int(row["entries"]),
        progress=Progress(**{name: int(row[name]) for name in names}),
        work_seconds=float(row["seconds"]),
        created=row["created_at"],
        cancelled=row["cancelled_at"],
        last_end=row["last_end"],
        failures=row["failures"] or (),
    )

"""What the book of jobs promises: the same cases in memory and in PostgreSQL."""

from __future__ import annotations

import asyncio

import pytest
import pytest_asyncio

from chassis.errors import Aborted, AlreadyExists, NotFound
from fakes.jobs import FakeJobBook
from ingestion.jobs.keeping import Jobs
from ingestion.jobs.words import MOST_ATTEMPTS, JobState, Leased, Progress, Range, Refusal
from ingestion.migrate import migrate
from ingestion.postgres import PostgresJobs, pool, writer
from rigs.jobs import OneCorpus, made, plan
from rigs.postgres import postgres

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("ingestion-jobs")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def real():
    async with postgres() as dsn:
        await asyncio.to_thread(migrate, dsn)
        async with writer(dsn, seconds=10, patience=5) as session, pool(dsn, 2, 10) as reads:
            yield PostgresJobs(reads, session, 10)


@pytest.fixture(params=["fake", "real"])
def jobs(request):
    return Jobs(FakeJobBook() if request.param == "fake" else request.getfixturevalue("real"), OneCorpus())


async def test_a_job_is_made_once_and_its_name_means_one_thing(jobs):
    first = plan()
    await jobs.create(first)
    again, created = await jobs.create(first)

    assert (created, again.shards, again.entries, again.state) == (False, 2, 20, JobState.RUNNING)
    with pytest.raises(AlreadyExists):
        await jobs.create(plan(3, name=first.name))
    with pytest.raises(NotFound, match="corpus"):
        await jobs.create(plan(corpus="nowhere"))


async def test_each_shard_is_given_to_one_worker(jobs):
    work = await made(jobs)
    first, second = await asyncio.gather(work.take(), work.take())

    assert {first.ordinal, second.ordinal} == {0, 1}
    assert first.range == Range(first.ordinal * 100, first.ordinal * 100 + 100, 10, bytes([first.ordinal]) * 32)
    assert isinstance(await work.take(), float)
    assert (await work.now()).leased == 2


async def test_a_job_ends_with_its_last_shard_and_sums_what_became_of_its_documents(jobs):
    work = await made(jobs)
    for _ in range(2):
        leased = await work.take()
        await work.report(leased, progress=Progress(committed=3, chunks=9))
        done = Progress(committed=7, unchanged=1, refused=2, others=0, chunks=20)
        await work.report(leased, progress=done, finished=(Refusal(f"{leased.ordinal}.md", "is empty"),))

    job = await work.now()
    assert (job.state, job.done, job.leased) == (JobState.DONE, 2, 0)
    assert job.progress == Progress(committed=14, unchanged=2, refused=4, chunks=40)
    assert job.ended is not None
    assert job.work_seconds >= 0
    assert await work.take() is JobState.DONE
    refusals, more = await jobs.refusals("acme", work.name, -1)
    assert (refusals, more) == ([Refusal("0.md", "is empty"), Refusal("1.md", "is empty")], None)
    assert await jobs.refusals("acme", work.name, 0) == ([Refusal("1.md", "is empty")], None)


async def test_an_expired_lease_is_anothers_and_the_late_worker_hears_of_it(jobs):
    work = await made(jobs, 1)
    late = await work.take(0.05)
    async with asyncio.timeout(10):
        while not isinstance(leased := await work.take(), Leased):  # noqa: ASYNC110 - a lease expires unheard
            await asyncio.sleep(0.02)

    assert (leased.ordinal, leased.attempt) == (0, 2)
    with pytest.raises(Aborted):
        await work.report(late)
    with pytest.raises(Aborted):
        await work.report(late, finished=())
    await work.report(leased, finished=())
    assert (await work.now()).state is JobState.DONE


async def test_a_report_renews_the_lease(jobs):
    work = await made(jobs, 1)
    leased = await work.take(0.05)
    await work.report(leased, seconds=60)
    await asyncio.sleep(0.1)  # the first lease is over by now; there is nothing that would tell

    assert isinstance(await work.take(), float)


async def test_an_ending_may_be_reported_twice(jobs):
    work = await made(jobs, 1)
    leased = await work.take()
    await work.report(leased, progress=Progress(committed=10), finished=())
    await work.report(leased, progress=Progress(committed=10), finished=())

    assert (await work.now()).progress.committed == 10
    with pytest.raises(Aborted):
        await work.report(leased)


async def test_a_shard_that_is_given_back_is_taken_again_and_given_up_in_the_end(jobs):
    work = await made(jobs, 1)
    for attempt in range(1, MOST_ATTEMPTS + 1):
        leased = await work.take()
        assert leased.attempt == attempt
        await work.report(leased, progress=Progress(committed=attempt), released="the disk is full")

    job = await work.now()
    assert (job.state, job.failed, list(job.failures)) == (JobState.FAILED, 1, ["the disk is full"])
    assert await work.take() is JobState.FAILED


async def test_a_shard_that_ends_its_workers_is_given_up(jobs):
    work = await made(jobs, 1)
    async with asyncio.timeout(20):
        while (await work.take(0.01)) is not JobState.FAILED:  # noqa: ASYNC110 - a lease expires unheard
            await asyncio.sleep(0.01)

    assert list((await work.now()).failures) == ["no worker finished it"]


async def test_a_new_attempt_counts_from_nothing(jobs):
    work = await made(jobs, 1)
    await work.report(await work.take(), progress=Progress(committed=5), released="away")
    await work.take()

    assert (await work.now()).progress == Progress()


async def test_a_cancelled_job_gives_out_nothing_and_tells_its_workers(jobs):
    work = await made(jobs)
    leased = await work.take()
    first, again = await jobs.cancel("acme", work.name), await jobs.cancel("acme", work.name)

    assert first.state is JobState.CANCELLED
    assert again.ended == first.ended is not None
    assert await work.take() is JobState.CANCELLED
    assert await work.report(leased)


async def test_a_job_that_has_ended_is_not_cancelled(jobs):
    work = await made(jobs, 1)
    await work.report(await work.take(), finished=())

    assert (await jobs.cancel("acme", work.name)).state is JobState.DONE


async def test_jobs_are_listed_by_name_and_for_their_tenant_alone(jobs):
    for name in ("b", "a", "c"):
        await jobs.create(plan(tenant="globex", name=name))

    assert [job.name for job in await jobs.page("globex", "", 2)] == ["a", "b"]
    assert [job.name for job in await jobs.page("globex", "b", 2)] == ["c"]
    assert await jobs.page("nobody", "", 10) == []
    with pytest.raises(NotFound):
        await jobs.named("acme", "a")


async def test_a_report_about_a_shard_that_is_not_there_is_refused(jobs):
    work = await made(jobs, 1)
    leased = Leased(ordinal=99, range=Range(0, 1, 1, b"x" * 32), lease="x", attempt=1)

    with pytest.raises(Aborted):
        await work.report(leased, finished=())

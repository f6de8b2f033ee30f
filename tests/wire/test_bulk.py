"""Jobs worked on by the client, against a gateway on the real wire."""

from __future__ import annotations

import asyncio
import signal

import pytest
from forebay.ingestion.v1alpha1 import jobs_pb2 as jobs

from chassis.errors import InvalidArgument
from forebay_client.bulk.manifest import Manifest
from forebay_client.bulk.running import created, worked
from forebay_client.bulk.working import ManifestChanged, Worker
from rigs.bulk import bulk


@pytest.fixture
async def rig(tmp_path):
    async with bulk(tmp_path) as running:
        yield running


def quiet(_):
    """Hears how far a job is and says nothing."""


async def test_every_entry_of_a_manifest_gets_into_the_corpus_and_the_job_says_so(rig):
    (rig.folder / "a.md").write_text("# A\n", encoding="utf-8")
    path = rig.manifest(
        {"path": "a.md", "document_id": "A", "groups": ["hr"], "metadata": {"k": "v"}, "title": "T"},
        *({"path": "a.md", "document_id": f"{number}.md"} for number in range(98)),
        {"path": "nowhere.md"},
    )
    async with rig.client() as client:
        job = await created(client, Manifest(path), "docs", "load", most=10)
        ended = await worked(client, job.name, 3, quiet)
        refusals = [one async for one in client.jobs.refusals("load")]

    assert (job.shards, job.entries) == (10, 100)
    assert (ended.state, ended.shards_done) == (jobs.JOB_STATE_DONE, 10)
    assert (ended.progress.committed, ended.progress.refused) == (99, 1)
    assert [(one.document_id, "cannot be read" in one.reason) for one in refusals] == [("nowhere.md", True)]
    document = rig.documents["A"]
    assert (list(document.groups), dict(document.metadata), document.title) == (["hr"], {"k": "v"}, "T")
    assert document.uri == (rig.folder / "a.md").as_uri()


async def test_the_same_again_is_the_same_job_until_it_has_ended(rig):
    path = rig.generated(20)
    async with rig.client() as client:
        first = await created(client, Manifest(path), "docs", most=10)
        again = await created(client, Manifest(path), "docs", most=10)
        await worked(client, first.name, 1, quiet)
        later = await created(client, Manifest(path), "docs", most=10)
        ended = await worked(client, later.name, 1, quiet)

    assert first.name == again.name != later.name
    assert (ended.progress.committed, ended.progress.unchanged) == (0, 20)


async def test_a_killed_worker_loses_its_shard_to_another_and_nothing_is_missing(rig):
    path = rig.generated(3000)
    async with rig.client() as client:
        await created(client, Manifest(path), "docs", "load", most=500)
    process = await rig.forebay("ingest", "--job", "load", "--workers", "1")
    async with asyncio.timeout(30):
        while len(rig.gateway.sent) < 700:  # noqa: ASYNC110 - the gateway tells by being looked at
            await asyncio.sleep(0.005)
    process.kill()
    await process.wait()
    book = rig.jobs.inner._jobs._book
    for shard in book.shards[book.jobs["acme", "load"].id]:
        shard.until = 0.0  # a minute later

    async with rig.client() as client:
        ended = await worked(client, "load", 2, quiet)

    assert len(rig.documents) == 3000
    assert (ended.state, ended.progress.committed + ended.progress.unchanged) == (jobs.JOB_STATE_DONE, 3000)
    assert ended.progress.unchanged > 0


async def test_a_worker_that_is_asked_to_stop_gives_its_shard_back_at_once(rig):
    path = rig.generated(5000)
    process = await rig.forebay("ingest", "--job", path, "--corpus", "docs", "--workers", "1")
    async with asyncio.timeout(30):
        while len(rig.gateway.sent) < 300:  # noqa: ASYNC110 - the gateway tells by being looked at
            await asyncio.sleep(0.005)
    process.send_signal(signal.SIGTERM)
    _, told = await process.communicate()

    assert process.returncode == 143
    assert b"goes on" in told
    assert rig.jobs.reports[-1].released == "its worker was stopped"


async def test_a_cancelled_job_stops_its_workers(rig):
    path = rig.generated(20_000)
    async with rig.client() as client:
        await created(client, Manifest(path), "docs", "load", most=10_000)
        working = asyncio.ensure_future(worked(client, "load", 1, quiet, lease=5))
        while not rig.gateway.sent:  # noqa: ASYNC110 - the gateway tells by being looked at
            await asyncio.sleep(0.005)
        await client.jobs.cancel("load")
        ended = await asyncio.wait_for(working, 20)

    assert ended.state == jobs.JOB_STATE_CANCELLED
    assert 0 < len(rig.documents) < 20_000


async def test_a_gateway_that_is_away_for_a_moment_is_waited_for(rig):
    path = rig.generated(30)
    async with rig.client() as client:
        await created(client, Manifest(path), "docs", "load", most=10)
        rig.gateway.away_after, rig.jobs.away = 5, 2
        ended = await worked(client, "load", 1, quiet)

    assert (ended.state, len(rig.documents)) == (jobs.JOB_STATE_DONE, 30)


async def test_a_manifest_that_changed_is_not_taken_for_the_one_that_was_cut(rig):
    path = rig.generated(20)
    async with rig.client() as client:
        await created(client, Manifest(path), "docs", "load")
        rig.manifest(*({"path": "page.md", "document_id": f"{number}.txt"} for number in range(20)))
        with pytest.raises(ManifestChanged, match="create another"):
            await worked(client, "load", 1, quiet)

    assert rig.documents == {}


async def test_a_lost_lease_ends_the_work_on_its_shard(rig):
    path = rig.generated(20)
    rig.gateway.refuse_once |= {f"{number}.md" for number in range(20)}  # so that the pass takes a second more
    async with rig.client() as client:
        await created(client, Manifest(path), "docs", "load")
        worker = Worker(client, "load", "w", lease=5)
        working = asyncio.ensure_future(worker.work())
        while not rig.gateway.sent:  # noqa: ASYNC110 - the gateway tells by being looked at
            await asyncio.sleep(0.005)
        book = rig.jobs.inner._jobs._book
        [shard] = book.shards[book.jobs["acme", "load"].id]
        shard.lease = "another's"
        await asyncio.sleep(2)  # past the second pass; the report of its end is refused
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)

    assert shard.state == "open"


async def test_a_bad_manifest_makes_no_job(rig):
    (rig.folder / "m.jsonl").write_text("[]\n", encoding="utf-8")
    async with rig.client() as client:
        with pytest.raises(InvalidArgument, match="line 1"):
            await created(client, Manifest(str(rig.folder / "m.jsonl")), "docs")
        assert [one async for one in client.jobs.all()] == []

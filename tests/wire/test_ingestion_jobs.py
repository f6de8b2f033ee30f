"""Jobs over a real server: the limits of each request, and whose jobs they are."""

from __future__ import annotations

from functools import partial

import pytest
from forebay.ingestion.v1alpha1 import jobs_pb2 as pb
from forebay.ingestion.v1alpha1 import jobs_pb2_grpc as rpc

from chassis import identity
from chassis.channel import connect
from chassis.errors import Aborted, AlreadyExists, InvalidArgument, NotFound, PermissionDenied
from chassis.identity import Identity, IdentitySettings, generate_keys
from chassis.server import ServerSettings, running
from ingestion.jobs.servicer import JobServicer
from rigs.ingestion import corpus_of, fake_world

WRITER = Identity(tenant="acme", groups=frozenset(), roles=frozenset({"write"}), key_id="k1")
READER = Identity(tenant="acme", groups=frozenset(), roles=frozenset({"read"}), key_id="k2")
STRANGER = Identity(tenant="globex", groups=frozenset(), roles=frozenset({"write"}), key_id="k3")


@pytest.fixture
async def stub(tmp_path):
    files = generate_keys(tmp_path)
    keys = IdentitySettings(identity_private_key_file=files.private, identity_public_key_file=files.public)
    settings = ServerSettings(port=0, health_port=0, settle=0, grace=0)
    async with fake_world().running() as ingestion:
        await corpus_of(ingestion, "docs")
        mount = partial(rpc.add_JobServiceServicer_to_server, JobServicer(ingestion.jobs))
        async with (
            running(settings, mount, verifier=keys.verifier()) as ports,
            connect(f"127.0.0.1:{ports.port}", "ingestion", signer=keys.signer()) as channel,
        ):
            with identity.bound(WRITER):
                yield rpc.JobServiceStub(channel)


def piece(start=0, end=100, entries=10, sha256=bytes(32)):
    return pb.ShardRange(start=start, end=end, entries=entries, sha256=sha256)


def new(**changes):
    fields = {"name": "load", "corpus": "docs", "manifest": "s3://x/m.jsonl", "shards": [piece(), piece(100, 200)]}
    return pb.CreateJobRequest(**fields | changes)


def report(shard, **changes):
    return pb.ReportShardRequest(**{"job": "load", "ordinal": shard.ordinal, "lease": shard.lease} | changes)


async def test_a_job_goes_from_its_creation_to_its_end(stub):
    created = await stub.CreateJob(new())
    again = await stub.CreateJob(new())
    shards = [(await stub.TakeShard(pb.TakeShardRequest(job="load", worker="w"))).shard for _ in range(2)]
    waiting = await stub.TakeShard(pb.TakeShardRequest(job="load", worker="w"))
    for shard in shards:
        progress = pb.ShardProgress(committed=9, refused=1, chunks=30)
        refusals = [pb.Refusal(document_id=f"{shard.ordinal}.md", reason="is empty")]
        await stub.ReportShard(report(shard, progress=progress, finished=pb.Finished(refusals=refusals)))
    ended = await stub.TakeShard(pb.TakeShardRequest(job="load", worker="w"))
    job = (await stub.GetJob(pb.GetJobRequest(job="load"))).job
    listed = await stub.ListJobs(pb.ListJobsRequest(page_size=1))
    refusals = await stub.ListJobRefusals(pb.ListJobRefusalsRequest(job="load"))

    assert (created.created, again.created, created.job.state) == (True, False, pb.JOB_STATE_RUNNING)
    assert (shards[1].range, shards[1].corpus, shards[1].attempt) == (piece(100, 200), "docs", 1)
    assert waiting.wait_seconds > 0
    assert ended.ended == job.state == pb.JOB_STATE_DONE
    assert (job.progress.committed, job.progress.refused, job.entries) == (18, 2, 20)
    assert job.end_time.seconds >= job.create_time.seconds > 0
    assert ([one.name for one in listed.jobs], listed.next_page_token) == (["load"], "load")
    assert [one.document_id for one in refusals.refusals] == ["0.md", "1.md"]


async def test_a_cancelled_job_is_told_to_its_workers_and_a_lost_lease_is_aborted(stub):
    await stub.CreateJob(new())
    shard = (await stub.TakeShard(pb.TakeShardRequest(job="load", worker="w"))).shard
    cancelled = await stub.CancelJob(pb.CancelJobRequest(job="load"))

    assert cancelled.job.state == pb.JOB_STATE_CANCELLED
    assert (await stub.ReportShard(report(shard))).cancelled
    with pytest.raises(Aborted) as lost:
        await stub.ReportShard(report(shard, lease="another"))
    assert lost.value.reason == "LEASE_LOST"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "Load!"}, "name"),
        ({"corpus": ""}, "corpus"),
        ({"manifest": ""}, "manifest"),
        ({"manifest": "x" * 2049}, "manifest"),
        ({"shards": []}, "shards"),
        ({"shards": [piece()] * 2}, "shards"),
        ({"shards": [piece(5, 5)]}, "shards"),
        ({"shards": [piece(-1, 5)]}, "shards.0.start"),
        ({"shards": [piece(0, 2**25)]}, "shards"),
        ({"shards": [piece(entries=0)]}, "shards.0.entries"),
        ({"shards": [piece(sha256=b"short")]}, "shards.0.sha256"),
        ({"shards": [piece(at, at + 1) for at in range(20_001)]}, "shards"),
    ],
)
async def test_a_bad_job_is_refused_by_the_field(stub, changes, field):
    with pytest.raises(InvalidArgument) as refusal:
        await stub.CreateJob(new(**changes))

    assert refusal.value.violations[0].field == field


@pytest.mark.parametrize(
    ("call", "request_", "field"),
    [
        ("TakeShard", pb.TakeShardRequest(job="load"), "worker"),
        ("TakeShard", pb.TakeShardRequest(job="load", worker="w", lease_seconds=4), "lease_seconds"),
        ("ReportShard", pb.ReportShardRequest(job="load", ordinal=20_000, lease="x"), "ordinal"),
        ("ReportShard", pb.ReportShardRequest(job="load"), "lease"),
        ("ReportShard", pb.ReportShardRequest(job="load", lease="x", released=""), "released"),
        ("ReportShard", pb.ReportShardRequest(job="load", lease="x", progress={"refused": -1}), "progress.refused"),
        ("GetJob", pb.GetJobRequest(job="../x"), "job"),
        ("CancelJob", pb.CancelJobRequest(), "job"),
        ("ListJobs", pb.ListJobsRequest(page_size=1001), "page_size"),
        ("ListJobRefusals", pb.ListJobRefusalsRequest(job="load", page_token="x"), "page_token"),  # noqa: S106
    ],
)
async def test_a_bad_request_is_refused_by_the_field(stub, call, request_, field):
    with pytest.raises(InvalidArgument) as refusal:
        await getattr(stub, call)(request_)

    assert refusal.value.violations[0].field == field


async def test_jobs_belong_to_their_tenant_and_need_the_role(stub):
    await stub.CreateJob(new())
    with identity.bound(STRANGER):
        with pytest.raises(NotFound):
            await stub.GetJob(pb.GetJobRequest(job="load"))
        with pytest.raises(NotFound):
            await stub.TakeShard(pb.TakeShardRequest(job="load", worker="w"))
        assert not (await stub.ListJobs(pb.ListJobsRequest())).jobs
    with identity.bound(READER), pytest.raises(PermissionDenied):
        await stub.GetJob(pb.GetJobRequest(job="load"))
    with pytest.raises(AlreadyExists):
        await stub.CreateJob(new(manifest="another"))
    with pytest.raises(NotFound):
        await stub.CreateJob(new(name="other", corpus="nowhere"))

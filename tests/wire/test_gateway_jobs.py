"""Jobs through the gateway: passed on as they came, for keys that may write."""

from __future__ import annotations

import grpc
import pytest
from forebay.gateway.v1alpha1 import jobs_pb2 as pb
from forebay.gateway.v1alpha1 import jobs_pb2_grpc as rpc
from forebay.ingestion.v1alpha1 import jobs_pb2 as jobs

from rigs.gateway import READER, WRITER, details, gateway, key, refused

SHARD = {"start": 0, "end": 10, "entries": 1, "sha256": bytes(32)}
JOB = {"name": "load", "corpus": "docs", "manifest": "s3://x/m.jsonl", "shards": [SHARD]}


@pytest.fixture
async def stub(tmp_path):
    async with gateway(tmp_path) as front:
        yield rpc.JobServiceStub(front.channel)


async def test_a_job_goes_from_its_creation_to_its_end_through_the_gateway(stub):
    sent = {"metadata": key(WRITER)}
    created = await stub.CreateJob(pb.CreateJobRequest(job=JOB), **sent)
    taken = await stub.TakeShard(pb.TakeShardRequest(ask={"job": "load", "worker": "w"}), **sent)
    finished = {"refusals": [{"document_id": "a.md", "reason": "is empty"}]}
    report = {"job": "load", "ordinal": 0, "lease": taken.result.shard.lease, "finished": finished}
    reported = await stub.ReportShard(pb.ReportShardRequest(report=report), **sent)
    read = await stub.GetJob(pb.GetJobRequest(job={"job": "load"}), **sent)
    listed = await stub.ListJobs(pb.ListJobsRequest(page={}), **sent)
    refusals = await stub.ListJobRefusals(pb.ListJobRefusalsRequest(page={"job": "load"}), **sent)
    cancelled = await stub.CancelJob(pb.CancelJobRequest(job={"job": "load"}), **sent)

    assert created.result.created
    assert not reported.result.cancelled
    assert read.result.job.state == cancelled.result.job.state == jobs.JOB_STATE_DONE
    assert [one.name for one in listed.result.jobs] == ["load"]
    assert [one.document_id for one in refusals.result.refusals] == ["a.md"]


async def test_a_bad_field_is_named_as_the_client_wrote_it(stub):
    error = await refused(stub.CreateJob(pb.CreateJobRequest(job=JOB | {"shards": []}), metadata=key(WRITER)))
    nameless = await refused(stub.TakeShard(pb.TakeShardRequest(), metadata=key(WRITER)))

    assert (error.code(), details(error).fields) == (grpc.StatusCode.INVALID_ARGUMENT, ["job.shards"])
    assert "ask.job" in details(nameless).fields


@pytest.mark.parametrize(
    "call", ["CreateJob", "TakeShard", "ReportShard", "GetJob", "ListJobs", "ListJobRefusals", "CancelJob"]
)
async def test_jobs_are_for_keys_that_may_write(stub, call):
    error = await refused(getattr(stub, call)(getattr(pb, f"{call}Request")(), metadata=key(READER)))
    stranger = await refused(getattr(stub, call)(getattr(pb, f"{call}Request")()))

    assert error.code() is grpc.StatusCode.PERMISSION_DENIED
    assert stranger.code() is grpc.StatusCode.UNAUTHENTICATED

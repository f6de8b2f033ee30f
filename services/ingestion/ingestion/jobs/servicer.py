"""The wire face of bulk work: messages in, messages out, no decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forebay.ingestion.v1alpha1 import jobs_pb2 as pb
from forebay.ingestion.v1alpha1 import jobs_pb2_grpc as rpc
from grpc import aio

from chassis.validation import checked
from ingestion.jobs import requests
from ingestion.jobs.keeping import Jobs
from ingestion.jobs.words import Job, JobState, Leased
from ingestion.requests.writer import writer

if TYPE_CHECKING:
    Context = aio.ServicerContext[Any, Any]


class JobServicer(rpc.JobServiceServicer):
    """Serves `forebay.ingestion.v1alpha1.JobService`."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs

    async def CreateJob(self, request: pb.CreateJobRequest, context: Context) -> pb.CreateJobResponse:
        """Create a job."""
        tenant = writer().tenant
        asked = checked(
            requests.CreateJob,
            name=request.name,
            corpus=request.corpus,
            manifest=request.manifest,
            shards=list(request.shards),
        )
        job, created = await self._jobs.create(asked.plan(tenant))
        return pb.CreateJobResponse(job=_job(job), created=created)

    async def TakeShard(self, request: pb.TakeShardRequest, context: Context) -> pb.TakeShardResponse:
        """Take a shard."""
        seconds = request.lease_seconds or requests.LEASE
        asked = checked(requests.TakeShard, job=request.job, worker=request.worker, lease_seconds=seconds)
        job, found = await self._jobs.take(writer().tenant, asked.job, asked.worker, asked.lease_seconds)
        match found:
            case JobState():
                return pb.TakeShardResponse(ended=pb.JobState.Value(found.value))
            case Leased():
                return pb.TakeShardResponse(shard=_shard(job, found))
            case _:
                return pb.TakeShardResponse(wait_seconds=found)

    async def ReportShard(self, request: pb.ReportShardRequest, context: Context) -> pb.ReportShardResponse:
        """Take a report."""
        asked = checked(
            requests.ReportShard,
            job=request.job,
            ordinal=request.ordinal,
            lease=request.lease,
            progress=request.progress,
            lease_seconds=request.lease_seconds or requests.LEASE,
            finished=list(request.finished.refusals) if request.HasField("finished") else None,
            released=request.released if request.HasField("released") else None,
        )
        return pb.ReportShardResponse(cancelled=await self._jobs.report(writer().tenant, asked.job, asked.report()))

    async def GetJob(self, request: pb.GetJobRequest, context: Context) -> pb.GetJobResponse:
        """Read a job."""
        asked = checked(requests.NamedJob, job=request.job)
        return pb.GetJobResponse(job=_job(await self._jobs.named(writer().tenant, asked.job)))

    async def ListJobs(self, request: pb.ListJobsRequest, context: Context) -> pb.ListJobsResponse:
        """List jobs; a page's token is the name of its last."""
        size = request.page_size or requests.PAGE
        asked = checked(requests.ListJobs, page_size=size, page_token=request.page_token)
        jobs = await self._jobs.page(writer().tenant, asked.page_token, asked.page_size)
        token = jobs[-1].name if len(jobs) == asked.page_size else ""
        return pb.ListJobsResponse(jobs=map(_job, jobs), next_page_token=token)

    async def ListJobRefusals(self, request: pb.ListJobRefusalsRequest, context: Context) -> pb.ListJobRefusalsResponse:
        """List refusals; a page's token is its last shard."""
        asked = checked(requests.Refusals, job=request.job, page_token=request.page_token)
        refusals, last = await self._jobs.refusals(writer().tenant, asked.job, int(asked.page_token or -1))
        return pb.ListJobRefusalsResponse(
            refusals=[pb.Refusal(document_id=one.document, reason=one.reason) for one in refusals],
            next_page_token="" if last is None else str(last),
        )

    async def CancelJob(self, request: pb.CancelJobRequest, context: Context) -> pb.CancelJobResponse:
        """Cancel a job."""
        asked = checked(requests.NamedJob, job=request.job)
        return pb.CancelJobResponse(job=_job(await self._jobs.cancel(writer().tenant, asked.job)))


def _shard(job: Job, leased: Leased) -> pb.Shard:
    piece = leased.range
    return pb.Shard(
        ordinal=leased.ordinal,
        range=pb.ShardRange(start=piece.start, end=piece.end, entries=piece.entries, sha256=piece.sha256),
        corpus=job.corpus,
        manifest=job.manifest,
        lease=leased.lease,
        attempt=leased.attempt,
    )


def _job(job: Job) -> pb.Job:
    progress = job.progress
    message = pb.Job(
        name=job.name,
        corpus=job.corpus,
        manifest=job.manifest,
        state=pb.JobState.Value(job.state.value),
        shards=job.shards,
        shards_done=job.done,
        shards_failed=job.failed,
        shards_leased=job.leased,
        entries=job.entries,
        progress=pb.ShardProgress(
            committed=progress.committed,
            unchanged=progress.unchanged,
            refused=progress.refused,
            others=progress.others,
            chunks=progress.chunks,
        ),
        work_seconds=job.work_seconds,
        failures=job.failures,
    )
    message.create_time.FromDatetime(job.created)
    if job.ended is not None:
        message.end_time.FromDatetime(job.ended)
    return message

"""The job service of ingestion, called. What a request may be is checked there alone: it has the same fields."""

from __future__ import annotations

from forebay.ingestion.v1alpha1 import jobs_pb2 as pb
from forebay.ingestion.v1alpha1 import jobs_pb2_grpc as rpc
from grpc import aio

from chassis.deadline import remaining
from gateway.blame import blaming


class Jobs:
    """Keeps jobs and hands out shards."""

    def __init__(self, channel: aio.Channel) -> None:
        self._stub = rpc.JobServiceStub(channel)

    async def create(self, job: pb.CreateJobRequest) -> pb.CreateJobResponse:
        """Create a job."""
        with blaming("job"):
            return await self._stub.CreateJob(job, timeout=remaining())

    async def take(self, ask: pb.TakeShardRequest) -> pb.TakeShardResponse:
        """Take a shard."""
        with blaming("ask"):
            return await self._stub.TakeShard(ask, timeout=remaining())

    async def report(self, report: pb.ReportShardRequest) -> pb.ReportShardResponse:
        """Report about a shard."""
        with blaming("report"):
            return await self._stub.ReportShard(report, timeout=remaining())

    async def read(self, job: pb.GetJobRequest) -> pb.GetJobResponse:
        """Read a job."""
        with blaming("job"):
            return await self._stub.GetJob(job, timeout=remaining())

    async def page(self, page: pb.ListJobsRequest) -> pb.ListJobsResponse:
        """List jobs."""
        with blaming("page"):
            return await self._stub.ListJobs(page, timeout=remaining())

    async def refusals(self, page: pb.ListJobRefusalsRequest) -> pb.ListJobRefusalsResponse:
        """List refusals."""
        with blaming("page"):
            return await self._stub.ListJobRefusals(page, timeout=remaining())

    async def cancel(self, job: pb.CancelJobRequest) -> pb.CancelJobResponse:
        """Cancel a job."""
        with blaming("job"):
            return await self._stub.CancelJob(job, timeout=remaining())

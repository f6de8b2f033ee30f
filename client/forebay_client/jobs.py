"""Jobs, as a gateway keeps them: `AsyncClient.jobs`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import grpc
from forebay.gateway.v1alpha1 import jobs_pb2 as pb
from forebay.gateway.v1alpha1 import jobs_pb2_grpc as rpc
from forebay.ingestion.v1alpha1 import jobs_pb2 as jobs


class Jobs:
    """What can be asked about jobs, over the connection of a client."""

    def __init__(self, channel: grpc.aio.Channel, metadata: Sequence[tuple[str, str]], timeout: float) -> None:
        self._stub: rpc.JobServiceAsyncStub = rpc.JobServiceStub(channel)
        self._metadata = tuple(metadata)
        self._timeout = timeout

    async def create(self, job: jobs.CreateJobRequest) -> jobs.CreateJobResponse:
        """Create a job; the same again does nothing."""
        request = pb.CreateJobRequest(job=job)
        return (await self._stub.CreateJob(request, timeout=self._timeout, metadata=self._metadata)).result

    async def take(self, job: str, worker: str, lease_seconds: int) -> jobs.TakeShardResponse:
        """Take a shard, if there is one."""
        ask = jobs.TakeShardRequest(job=job, worker=worker, lease_seconds=lease_seconds)
        request = pb.TakeShardRequest(ask=ask)
        return (await self._stub.TakeShard(request, timeout=self._timeout, metadata=self._metadata)).result

    async def report(self, report: jobs.ReportShardRequest) -> bool:
        """Report about a shard; say whether its job was cancelled. Raise `Aborted` when the lease is lost."""
        request = pb.ReportShardRequest(report=report)
        return (await self._stub.ReportShard(request, timeout=self._timeout, metadata=self._metadata)).result.cancelled

    async def job(self, name: str) -> jobs.Job:
        """Read one job."""
        request = pb.GetJobRequest(job=jobs.GetJobRequest(job=name))
        return (await self._stub.GetJob(request, timeout=self._timeout, metadata=self._metadata)).result.job

    async def all(self) -> AsyncIterator[jobs.Job]:
        """Yield the tenant's jobs by name."""
        token = ""
        while True:
            request = pb.ListJobsRequest(page=jobs.ListJobsRequest(page_token=token))
            response = await self._stub.ListJobs(request, timeout=self._timeout, metadata=self._metadata)
            for job in response.result.jobs:
                yield job
            token = response.result.next_page_token
            if not token:
                return

    async def refusals(self, name: str) -> AsyncIterator[jobs.Refusal]:
        """Yield what was refused, a page at a time."""
        token = ""
        while True:
            page = jobs.ListJobRefusalsRequest(job=name, page_token=token)
            request = pb.ListJobRefusalsRequest(page=page)
            response = await self._stub.ListJobRefusals(request, timeout=self._timeout, metadata=self._metadata)
            for refusal in response.result.refusals:
                yield refusal
            token = response.result.next_page_token
            if not token:
                return

    async def cancel(self, name: str) -> jobs.Job:
        """Cancel a job; its documents stay."""
        request = pb.CancelJobRequest(job=jobs.CancelJobRequest(job=name))
        return (await self._stub.CancelJob(request, timeout=self._timeout, metadata=self._metadata)).result.job

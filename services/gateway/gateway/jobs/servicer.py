"""The wire face of bulk work: every call goes through the door and is passed on as it came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forebay.gateway.v1alpha1 import jobs_pb2 as pb
from forebay.gateway.v1alpha1 import jobs_pb2_grpc as rpc
from grpc import aio

from gateway.door import Door
from gateway.jobs.ingestion import Jobs
from gateway.rpc.metadata import Metadata

if TYPE_CHECKING:
    Context = aio.ServicerContext[Any, Any]


class JobServicer(rpc.JobServiceServicer):
    """Serves `forebay.gateway.v1alpha1.JobService`."""

    def __init__(self, door: Door, jobs: Jobs) -> None:
        self._door = door
        self._jobs = jobs

    async def CreateJob(self, request: pb.CreateJobRequest, context: Context) -> pb.CreateJobResponse:
        """Create a job."""
        async with self._door.open("CreateJob", Metadata(context), request):
            return pb.CreateJobResponse(result=await self._jobs.create(request.job))

    async def TakeShard(self, request: pb.TakeShardRequest, context: Context) -> pb.TakeShardResponse:
        """Take a shard."""
        async with self._door.open("TakeShard", Metadata(context), request):
            return pb.TakeShardResponse(result=await self._jobs.take(request.ask))

    async def ReportShard(self, request: pb.ReportShardRequest, context: Context) -> pb.ReportShardResponse:
        """Report about a shard."""
        async with self._door.open("ReportShard", Metadata(context), request):
            return pb.ReportShardResponse(result=await self._jobs.report(request.report))

    async def GetJob(self, request: pb.GetJobRequest, context: Context) -> pb.GetJobResponse:
        """Read a job."""
        async with self._door.open("GetJob", Metadata(context), request):
            return pb.GetJobResponse(result=await self._jobs.read(request.job))

    async def ListJobs(self, request: pb.ListJobsRequest, context: Context) -> pb.ListJobsResponse:
        """List jobs."""
        async with self._door.open("ListJobs", Metadata(context), request):
            return pb.ListJobsResponse(result=await self._jobs.page(request.page))

    async def ListJobRefusals(self, request: pb.ListJobRefusalsRequest, context: Context) -> pb.ListJobRefusalsResponse:
        """List refusals."""
        async with self._door.open("ListJobRefusals", Metadata(context), request):
            return pb.ListJobRefusalsResponse(result=await self._jobs.refusals(request.page))

    async def CancelJob(self, request: pb.CancelJobRequest, context: Context) -> pb.CancelJobResponse:
        """Cancel a job."""
        async with self._door.open("CancelJob", Metadata(context), request):
            return pb.CancelJobResponse(result=await self._jobs.cancel(request.job))

"""The jobs of a gateway: ingestion's own rules over a book in memory, behind the gateway's messages."""

from __future__ import annotations

from forebay.gateway.v1alpha1 import jobs_pb2 as pb
from forebay.gateway.v1alpha1 import jobs_pb2_grpc as rpc

from chassis import identity
from chassis.errors import Unavailable
from chassis.identity import Identity
from fakes.jobs import FakeJobBook
from ingestion.jobs.keeping import Jobs
from ingestion.jobs.servicer import JobServicer

WRITER = Identity(tenant="acme", groups=frozenset(), roles=frozenset({"write"}), key_id="k1")


class AnyCorpus:
    async def named(self, tenant, name):
        return name


class FakeGatewayJobs(rpc.JobServiceServicer):
    """`away` makes so many of the next calls fail; `reports` keeps what workers said."""

    def __init__(self):
        self.inner = JobServicer(Jobs(FakeJobBook(), AnyCorpus()))
        self.away = 0
        self.reports = []

    async def CreateJob(self, request, context):
        return pb.CreateJobResponse(result=await self._asked(self.inner.CreateJob, request.job))

    async def TakeShard(self, request, context):
        return pb.TakeShardResponse(result=await self._asked(self.inner.TakeShard, request.ask))

    async def ReportShard(self, request, context):
        self.reports.append(request.report)
        return pb.ReportShardResponse(result=await self._asked(self.inner.ReportShard, request.report))

    async def GetJob(self, request, context):
        return pb.GetJobResponse(result=await self._asked(self.inner.GetJob, request.job))

    async def ListJobs(self, request, context):
        return pb.ListJobsResponse(result=await self._asked(self.inner.ListJobs, request.page))

    async def ListJobRefusals(self, request, context):
        return pb.ListJobRefusalsResponse(result=await self._asked(self.inner.ListJobRefusals, request.page))

    async def CancelJob(self, request, context):
        return pb.CancelJobResponse(result=await self._asked(self.inner.CancelJob, request.job))

    async def _asked(self, method, request):
        if self.away:
            self.away -= 1
            raise Unavailable("the gateway is away")
        with identity.bound(WRITER):
            return await method(request, None)

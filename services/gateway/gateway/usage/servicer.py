"""The wire face of usage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Protocol

from forebay.gateway.v1alpha1 import usage_pb2 as pb
from forebay.gateway.v1alpha1 import usage_pb2_grpc as rpc
from google.protobuf.timestamp_pb2 import Timestamp
from grpc import aio

from chassis.errors import InvalidArgument, Violation
from chassis.validation import checked
from gateway.audit import requests
from gateway.audit.scope import seen
from gateway.door import Door
from gateway.records.reading import Part, Question, Row
from gateway.rpc.metadata import Metadata

if TYPE_CHECKING:
    Context = aio.ServicerContext[Any, Any]

_PARTS: Final[Mapping[int, Part]] = {
    pb.USAGE_BY_TENANT: Part.TENANT,
    pb.USAGE_BY_KEY: Part.KEY,
    pb.USAGE_BY_MODEL: Part.MODEL,
    pb.USAGE_BY_CORPUS: Part.CORPUS,
    pb.USAGE_BY_DAY: Part.DAY,
    pb.USAGE_BY_MONTH: Part.MONTH,
}


class Usage(Protocol):
    """Sums records."""

    async def usage(self, question: Question) -> Sequence[Row]:
        """Return the sums, ordered by their parts."""
        ...


class UsageServicer(rpc.UsageServiceServicer):
    """Serves `forebay.gateway.v1alpha1.UsageService`."""

    def __init__(self, door: Door, usage: Usage) -> None:
        self._door = door
        self._usage = usage

    async def GetUsage(self, request: pb.GetUsageRequest, context: Context) -> pb.GetUsageResponse:
        """Sum what was used."""
        async with self._door.open("GetUsage", Metadata(context)) as visit:
            asked = checked(requests.Usage, tenant=request.tenant, by=request.by)
            now = datetime.now(UTC)
            month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
            question = Question(
                begun=_time("begun", request.begun) if request.HasField("begun") else month,
                until=_time("until", request.until) if request.HasField("until") else now,
                tenant=seen(visit.who, asked.tenant),
                by=[_PARTS[part] for part in asked.by],
            )
            return pb.GetUsageResponse(rows=map(_row, await self._usage.usage(question)))


def _time(field: str, sent: Timestamp) -> datetime:
    try:
        return sent.ToDatetime(UTC)
    except (ValueError, OverflowError):
        why = "must be a time between the years 1 and 9999"
        raise InvalidArgument(f"{field} {why}", violations=(Violation(field, why),)) from None


def _row(row: Row) -> pb.UsageRow:
    return pb.UsageRow(
        parts=row.parts,
        requests=row.requests,
        failed=row.failed,
        cached=row.cached,
        inferences=row.inferences,
        input_tokens=row.input_tokens,
        output_tokens=row.output_tokens,
        cost=row.cost,
        saved=row.saved,
        currency=row.currency,
    )

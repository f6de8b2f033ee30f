"""Reading records and usage, over the connection of a client."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import grpc
from forebay.gateway.v1alpha1 import audit_pb2 as audit
from forebay.gateway.v1alpha1 import audit_pb2_grpc as audit_rpc
from forebay.gateway.v1alpha1 import usage_pb2 as usage
from forebay.gateway.v1alpha1 import usage_pb2_grpc as usage_rpc

LONGEST = 900.0
"""Seconds for computing all chains anew."""


class Records:
    """Reads records and erases texts; `client.records` is one. Needs a key with the role admin or operator."""

    def __init__(self, channel: grpc.aio.Channel, metadata: tuple[tuple[str, str], ...], timeout: float) -> None:
        self._audit: audit_rpc.AuditServiceAsyncStub = audit_rpc.AuditServiceStub(channel)
        self._usage: usage_rpc.UsageServiceAsyncStub = usage_rpc.UsageServiceStub(channel)
        self._metadata = metadata
        self._timeout = timeout

    async def find(self, id_: str) -> Sequence[audit.Record]:
        """Return what is kept of a request or trace, newest first; raise `NotFound` when nothing is."""
        request = audit.GetRecordRequest(id=id_)
        response = await self._audit.GetRecord(request, timeout=self._timeout, metadata=self._metadata)
        return response.records

    async def verify(self, anchors: Iterable[audit.Anchor] = ()) -> audit.VerifyRecordsResponse:
        """Have all chains computed anew, and compared with anchors that were kept elsewhere."""
        request = audit.VerifyRecordsRequest(anchors=anchors)
        return await self._audit.VerifyRecords(request, timeout=LONGEST, metadata=self._metadata)

    async def erase(self, *, ids: Iterable[str] = (), key: str = "", tenant: str = "") -> int:
        """Erase the texts of requests, or of all requests of a key or user; return how many had some."""
        request = audit.EraseTextsRequest(ids=ids, key=key, tenant=tenant)
        response = await self._audit.EraseTexts(request, timeout=LONGEST, metadata=self._metadata)
        return response.erased

    async def usage(
        self,
        by: Iterable[usage.UsageBy.ValueType] = (),
        *,
        begun: datetime | None = None,
        until: datetime | None = None,
        tenant: str = "",
    ) -> Sequence[usage.UsageRow]:
        """Return what was used from one moment to another; from the beginning of the month until now by default."""
        request = usage.GetUsageRequest(by=by, tenant=tenant)
        if begun is not None:
            request.begun.FromDatetime(begun)
        if until is not None:
            request.until.FromDatetime(until)
        return (await self._usage.GetUsage(request, timeout=self._timeout, metadata=self._metadata)).rows

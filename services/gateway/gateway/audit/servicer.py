"""The wire face of records: who may see them is decided here by role and tenant, the rest by the rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from forebay.gateway.v1alpha1 import audit_pb2 as pb
from forebay.gateway.v1alpha1 import audit_pb2_grpc as rpc
from grpc import aio

from chassis.errors import NotFound
from chassis.validation import checked
from gateway.audit import requests
from gateway.audit.scope import seen
from gateway.door import Door
from gateway.records.reading import Kept
from gateway.records.verifying import Shelf, verified
from gateway.records.words import Head, canonical
from gateway.rpc.metadata import Metadata
from gateway.visits.visit import Asked

if TYPE_CHECKING:
    Context = aio.ServicerContext[Any, Any]


class Audit(Shelf, Protocol):
    """Holds records and their texts."""

    async def find(self, id_: str, tenant: str) -> Sequence[Kept]:
        """Return the records of a request or trace, newest first; of that tenant, or of all when it is empty."""
        ...

    async def erase(self, tenant: str, ids: Sequence[str]) -> int:
        """Remove the texts of these requests of a tenant; return how many had some."""
        ...

    async def erase_key(self, tenant: str, key: str) -> int:
        """Remove the texts of all requests of a key; return how many had some."""
        ...


class AuditServicer(rpc.AuditServiceServicer):
    """Serves `forebay.gateway.v1alpha1.AuditService`."""

    def __init__(self, door: Door, audit: Audit) -> None:
        self._door = door
        self._audit = audit

    async def GetRecord(self, request: pb.GetRecordRequest, context: Context) -> pb.GetRecordResponse:
        """Return what is kept of a request."""
        async with self._door.open("GetRecord", Metadata(context)) as visit:
            asked = checked(requests.Record, id=request.id)
            visit.asked = Asked(subject=asked.id)
            found = await self._audit.find(asked.id, seen(visit.who, ""))
            if not found:
                raise NotFound(f"there is no record of a request or trace {asked.id}", reason="UNKNOWN_REQUEST")
            return pb.GetRecordResponse(records=map(_record, found))

    async def VerifyRecords(self, request: pb.VerifyRecordsRequest, context: Context) -> pb.VerifyRecordsResponse:
        """Compute all chains anew."""
        async with self._door.open("VerifyRecords", Metadata(context)):
            asked = checked(requests.Verification, anchors=request.anchors)
            kept = [Head(writer=one.writer, sequence=one.sequence, hash=one.hash) for one in asked.anchors]
            findings = await verified(self._audit, kept)
            return pb.VerifyRecordsResponse(
                chains=findings.chains,
                records=findings.records,
                anchors=findings.anchors,
                faults=[pb.Fault(writer=one.writer, sequence=one.sequence, what=one.what) for one in findings.faults],
            )

    async def EraseTexts(self, request: pb.EraseTextsRequest, context: Context) -> pb.EraseTextsResponse:
        """Remove texts."""
        async with self._door.open("EraseTexts", Metadata(context)) as visit:
            asked = checked(requests.Erasure, ids=request.ids, key=request.key, tenant=request.tenant)
            visit.asked = Asked(subject=asked.key or f"{len(asked.ids)} requests")
            tenant = seen(visit.who, asked.tenant) or visit.who.tenant
            erased = self._audit.erase_key(tenant, asked.key) if asked.key else self._audit.erase(tenant, asked.ids)
            return pb.EraseTextsResponse(erased=await erased)


def _record(kept: Kept) -> pb.Record:
    link = kept.link
    return pb.Record(
        json=canonical(link.record.body),
        writer=link.writer,
        sequence=link.sequence,
        hash=link.hash,
        question=kept.question,
        answer=kept.answer,
    )

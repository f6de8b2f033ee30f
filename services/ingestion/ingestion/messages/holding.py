"""Held documents: how they are shown, and what is asked about them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from forebay.ingestion.v1alpha1 import quarantine_pb2 as pb
from google.protobuf.timestamp_pb2 import Timestamp

from chassis.validation import checked
from ingestion.checking.held import Held
from ingestion.contracts.findings import Finding
from ingestion.quarantine.keeping import HeldPage
from ingestion.quarantine.mending import Changes
from ingestion.requests import ListQuarantine, ReplayQuarantine

__all__ = ["changes", "findings", "listed", "page", "replayed"]

DEFAULT_PAGE: Final = 100


def listed(request: pb.ListQuarantineRequest) -> ListQuarantine:
    """Return which held documents are to be listed."""
    size = request.page_size or DEFAULT_PAGE
    return checked(ListQuarantine, corpus=request.corpus, page_size=size, page_token=request.page_token)


def replayed(request: pb.ReplayQuarantineRequest) -> ReplayQuarantine:
    """Return which held documents are to be put again."""
    return checked(
        ReplayQuarantine,
        corpus=request.corpus,
        document_ids=list(request.document_ids),
        title=request.title,
        mime_type=request.mime_type,
        set_metadata=dict(request.set_metadata),
        remove_metadata=list(request.remove_metadata),
    )


def changes(asked: ReplayQuarantine) -> Changes:
    """Return what is mended before."""
    return Changes(
        title=asked.title,
        mime=asked.mime_type,
        metadata=asked.set_metadata,
        without=frozenset(asked.remove_metadata),
    )


def page(found: HeldPage) -> pb.ListQuarantineResponse:
    """Return a page; its token is the last id of it."""
    last = found.documents[-1].source_id if found.more else ""
    return pb.ListQuarantineResponse(documents=map(_held, found.documents), next_page_token=last)


def findings(found: Iterable[Finding]) -> list[pb.Finding]:
    """Return what was found."""
    return [pb.Finding(rule=one.rule.value, field=one.field, reason=one.why) for one in found]


def _held(one: Held) -> pb.HeldDocument:
    held_at = Timestamp()
    if one.since is not None:
        held_at.FromDatetime(one.since)
    return pb.HeldDocument(
        document_id=one.source_id,
        title=one.title,
        uri=one.uri,
        mime_type=one.mime,
        sha256=one.sha256,
        size_bytes=one.size,
        groups=one.groups,
        metadata=one.metadata,
        findings=findings(one.findings),
        near_duplicate_of=one.near_duplicate_of,
        written_by=one.by,
        hold_time=held_at,
    )

"""Documents as they come, and what became of them."""

from __future__ import annotations

from collections.abc import AsyncIterator

from forebay.ingestion.v1alpha1 import ingestion_pb2 as pb

from chassis.errors import InvalidArgument
from chassis.identity import Identity
from chassis.readers import EVERYONE
from chassis.validation import checked
from ingestion.checking.words import Author, Checked
from ingestion.messages.holding import findings
from ingestion.requests import PutDocument
from ingestion.writing.intake import refusal
from ingestion.writing.words import Incoming, Outcome, Quarantined, Refused, Written

__all__ = ["author", "documents", "outcome"]


def author(identity: Identity) -> Author:
    """Return who writes."""
    return Author(by=identity.key_id, groups=identity.groups | {EVERYONE})


async def documents(
    first: pb.PutDocumentsRequest, rest: AsyncIterator[pb.PutDocumentsRequest], author: Author
) -> AsyncIterator[Incoming | Refused]:
    """Yield the documents of a stream; one that is wrong is refused, and does not end it."""
    yield _document(first, first.corpus, author)
    async for request in rest:
        yield _document(request, first.corpus, author)


def outcome(ended: Outcome) -> pb.PutDocumentsResponse:
    """Return what the writer is told."""
    response = pb.PutDocumentsResponse(document_id=ended.source_id)
    match ended:
        case Refused():
            response.refused.CopyFrom(pb.Refused(reason=ended.reason, field=ended.field, retryable=ended.retryable))
        case Quarantined():
            response.quarantined.findings.extend(findings(ended.checked.findings))
            response.quarantined.near_duplicate_of = _twin(ended.checked)
        case Written():
            response.committed.CopyFrom(
                pb.Committed(
                    generation=ended.generation,
                    chunks=ended.chunks,
                    corpus_version=ended.corpus_version,
                    unchanged=ended.unchanged,
                    findings=findings(ended.checked.findings),
                    near_duplicate_of=_twin(ended.checked),
                )
            )
    return response


def _document(request: pb.PutDocumentsRequest, corpus: str, author: Author) -> Incoming | Refused:
    try:
        asked = checked(
            PutDocument,
            corpus=(request.corpus, corpus),
            document_id=request.document_id,
            content=request.content,
            mime_type=request.mime_type,
            title=request.title,
            uri=request.uri,
            groups=list(request.groups),
            metadata=dict(request.metadata),
        )
    except InvalidArgument as failure:
        return refusal(request.document_id, failure)
    return Incoming(
        source_id=asked.document_id,
        content=asked.content,
        mime=asked.mime_type,
        title=asked.title,
        uri=asked.uri,
        groups=tuple(asked.groups),
        metadata=asked.metadata,
        author=author,
    )


def _twin(found: Checked) -> str:
    return found.twin.source_id if found.twin else ""

"""What a caller puts into a corpus."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from forebay.gateway.v1alpha1 import gateway_pb2 as pb
from forebay.ingestion.v1alpha1 import ingestion_pb2 as ingestion

MOST_BYTES = 8 * 2**20
"""The largest original that a gateway takes."""

LONGEST_PUT = 24 * 3600.0
"""Seconds: a stream of documents is as long as its documents, but never endless."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document on its way in."""

    id: str
    """Unique in the corpus, 1 to 512 characters; a path or a URL serves well."""

    content: bytes
    """The original: Markdown, plain text, HTML or PDF, at most 8 MiB."""

    mime_type: str = ""
    """Its media type; empty lets the server tell it from id and content."""

    title: str = ""
    """Its title; empty takes the one that the content has."""

    uri: str = ""
    """Where it comes from."""

    groups: Sequence[str] = ()
    """Who may read it; empty is everyone of the tenant."""

    metadata: Mapping[str, str] = field(default_factory=dict)
    """What is to be remembered of it."""

    def request(self, corpus: str) -> ingestion.PutDocumentsRequest:
        """Return the message that puts it into the corpus."""
        return ingestion.PutDocumentsRequest(
            corpus=corpus,
            document_id=self.id,
            content=self.content,
            mime_type=self.mime_type,
            title=self.title,
            uri=self.uri,
            groups=self.groups,
            metadata=self.metadata,
        )


async def requests_of(
    documents: Iterable[Document] | AsyncIterable[Document], corpus: str
) -> AsyncIterator[pb.PutDocumentsRequest]:
    """Yield one message a document."""
    if isinstance(documents, AsyncIterable):
        async for document in documents:
            yield pb.PutDocumentsRequest(document=document.request(corpus))
    else:
        for document in documents:
            yield pb.PutDocumentsRequest(document=document.request(corpus))

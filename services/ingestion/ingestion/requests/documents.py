"""Requests about documents."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import AfterValidator, Field

from chassis.fields import AnyText, CorpusName
from chassis.readers import EVERYONE
from ingestion.requests.fields import DocumentId, Group, Metadata, MimeType, Request, Title

MOST_BYTES: Final = 8 * 2**20


def _one_sort(groups: list[str]) -> list[str]:
    return sorted(set(groups)) or [EVERYONE]


def _the_same(corpora: tuple[str, str]) -> tuple[str, str]:
    if corpora[0] != corpora[1]:
        raise ValueError("must be the same in all messages of a stream")
    return corpora


class PutDocument(Request):
    """`PutDocumentsRequest`, checked; `corpus` is the message's and that of the stream's first message."""

    corpus: Annotated[tuple[str, str], AfterValidator(_the_same)]
    document_id: DocumentId
    content: Annotated[bytes, Field(min_length=1, max_length=MOST_BYTES)]
    mime_type: MimeType
    title: Title
    uri: Annotated[AnyText, Field(max_length=2048)]
    groups: Annotated[list[Group], Field(max_length=64), AfterValidator(_one_sort)]
    metadata: Metadata


class DeleteDocument(Request):
    """`DeleteDocumentRequest`, checked."""

    corpus: CorpusName
    document_id: DocumentId

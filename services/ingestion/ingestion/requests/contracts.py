"""Requests about what a corpus demands, and about what is held back for it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from chassis.fields import AnyText, CorpusName
from ingestion.contracts.words import Contract
from ingestion.requests.fields import DocumentId, Metadata, MetadataName, MimeType, Request, Title


class GetContract(Request):
    """`GetContractRequest`, checked."""

    corpus: CorpusName


class SetContract(Request):
    """`SetContractRequest`, checked."""

    corpus: CorpusName
    contract: Contract


class ListQuarantine(Request):
    """`ListQuarantineRequest`, checked; zeros of the wire are taken as the defaults."""

    corpus: CorpusName
    page_size: Annotated[int, Field(ge=1, le=1000)]
    page_token: Annotated[AnyText, Field(max_length=512)]


class ReplayQuarantine(Request):
    """`ReplayQuarantineRequest`, checked."""

    corpus: CorpusName
    document_ids: Annotated[list[DocumentId], Field(max_length=1000)]
    title: Title
    mime_type: MimeType
    set_metadata: Metadata
    remove_metadata: Annotated[list[MetadataName], Field(max_length=64)]


class DiscardQuarantined(Request):
    """`DiscardQuarantinedRequest`, checked."""

    corpus: CorpusName
    document_ids: Annotated[list[DocumentId], Field(min_length=1, max_length=1000)]

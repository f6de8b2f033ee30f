"""What a request may be: the limits of the contract."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from chassis.fields import AnyText, CorpusName, Line
from chassis.readers import EVERYONE
from ingestion.contracts.words import Contract
from ingestion.corpora.settings import CorpusSettings
from ingestion.corpora.words import Chunking

__all__ = [
    "CreateCorpus",
    "DeleteDocument",
    "DiscardQuarantined",
    "GetContract",
    "ListQuarantine",
    "PutDocument",
    "ReplayQuarantine",
    "SetContract",
]

MOST_BYTES: Final = 8 * 2**20

DocumentId = Annotated[Line, Field(max_length=512)]
Group = Annotated[Line, Field(max_length=64)]
Title = Annotated[AnyText, Field(max_length=512)]
MetadataName = Annotated[Line, Field(max_length=64)]
Metadata = Annotated[dict[MetadataName, Annotated[AnyText, Field(max_length=1024)]], Field(max_length=64)]
MimeType = Literal["", "text/markdown", "text/plain", "text/html", "application/pdf"]


def _one_sort(groups: list[str]) -> list[str]:
    return sorted(set(groups)) or [EVERYONE]


def _the_same(corpora: tuple[str, str]) -> tuple[str, str]:
    if corpora[0] != corpora[1]:
        raise ValueError("must be the same in all messages of a stream")
    return corpora


class _Request(BaseModel):
    model_config = ConfigDict(frozen=True)


class CreateCorpus(_Request):
    """`CreateCorpusRequest`, checked; zeros of the wire are taken as the defaults."""

    name: CorpusName
    max_tokens: Annotated[int, Field(ge=32, le=256)]
    whole_documents: bool
    settings: CorpusSettings

    def chunking(self) -> Chunking:
        """Return how its documents are cut."""
        return Chunking(max_tokens=self.max_tokens, whole_documents=self.whole_documents)


class PutDocument(_Request):
    """`PutDocumentsRequest`, checked; `corpus` is the message's and that of the stream's first message."""

    corpus: Annotated[tuple[str, str], AfterValidator(_the_same)]
    document_id: DocumentId
    content: Annotated[bytes, Field(min_length=1, max_length=MOST_BYTES)]
    mime_type: MimeType
    title: Title
    uri: Annotated[AnyText, Field(max_length=2048)]
    groups: Annotated[list[Group], Field(max_length=64), AfterValidator(_one_sort)]
    metadata: Metadata


class GetContract(_Request):
    """`GetContractRequest`, checked."""

    corpus: CorpusName


class SetContract(_Request):
    """`SetContractRequest`, checked."""

    corpus: CorpusName
    contract: Contract


class ListQuarantine(_Request):
    """`ListQuarantineRequest`, checked; zeros of the wire are taken as the defaults."""

    corpus: CorpusName
    page_size: Annotated[int, Field(ge=1, le=1000)]
    page_token: Annotated[AnyText, Field(max_length=512)]


class ReplayQuarantine(_Request):
    """`ReplayQuarantineRequest`, checked."""

    corpus: CorpusName
    document_ids: Annotated[list[DocumentId], Field(max_length=1000)]
    title: Title
    mime_type: MimeType
    set_metadata: Metadata
    remove_metadata: Annotated[list[MetadataName], Field(max_length=64)]


class DiscardQuarantined(_Request):
    """`DiscardQuarantinedRequest`, checked."""

    corpus: CorpusName
    document_ids: Annotated[list[DocumentId], Field(min_length=1, max_length=1000)]


class DeleteDocument(_Request):
    """`DeleteDocumentRequest`, checked."""

    corpus: CorpusName
    document_id: DocumentId

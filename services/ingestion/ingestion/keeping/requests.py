"""What a request to keep or to let go may be: the limits of the contract."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from chassis.fields import CorpusName
from chassis.filters import Condition, parsed
from ingestion.corpora.settings import CorpusSettings
from ingestion.requests.fields import DocumentId

__all__ = ["DeleteCorpus", "DeleteDocuments", "EraseDocument", "ListErasures", "UpdateCorpus"]


def _understood(text: str) -> str:
    parsed(text)
    return text


Filter = Annotated[str, Field(min_length=1, max_length=2048), AfterValidator(_understood)]


class _Request(BaseModel):
    model_config = ConfigDict(frozen=True)


class UpdateCorpus(_Request):
    """`UpdateCorpusRequest`, checked."""

    corpus: CorpusName
    settings: CorpusSettings
    expected: CorpusSettings | None


class DeleteCorpus(_Request):
    """`DeleteCorpusRequest`, checked."""

    corpus: CorpusName


class EraseDocument(_Request):
    """`EraseDocumentRequest`, checked."""

    corpus: CorpusName
    document_id: DocumentId


class ListErasures(_Request):
    """`ListErasuresRequest`, checked; zeros of the wire are taken as the defaults."""

    corpus: CorpusName
    document_id: DocumentId | None
    page_size: Annotated[int, Field(ge=1, le=1000)]
    page_token: UUID | None


class DeleteDocuments(_Request):
    """`DeleteDocumentsRequest`, checked; an empty filter would match everything, and is refused."""

    corpus: CorpusName
    filter: Filter

    def condition(self) -> Condition:
        """Return what the documents must match."""
        return parsed(self.filter)

"""What a request to keep or to let go may be: the limits of the contract."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from chassis.fields import CorpusName, FilterText
from chassis.filters import Condition, parsed
from ingestion.corpora.settings import CorpusSettings
from ingestion.requests.fields import DocumentId, Request

__all__ = ["DeleteCorpus", "DeleteDocuments", "EraseDocument", "ListErasures", "UpdateCorpus"]


class UpdateCorpus(Request):
    """`UpdateCorpusRequest`, checked."""

    corpus: CorpusName
    settings: CorpusSettings
    expected: CorpusSettings | None


class DeleteCorpus(Request):
    """`DeleteCorpusRequest`, checked."""

    corpus: CorpusName


class EraseDocument(Request):
    """`EraseDocumentRequest`, checked."""

    corpus: CorpusName
    document_id: DocumentId


class ListErasures(Request):
    """`ListErasuresRequest`, checked; zeros of the wire are taken as the defaults."""

    corpus: CorpusName
    document_id: DocumentId | None
    page_size: Annotated[int, Field(ge=1, le=1000)]
    page_token: UUID | None


class DeleteDocuments(Request):
    """`DeleteDocumentsRequest`, checked; an empty filter would match everything, and is refused."""

    corpus: CorpusName
    filter: Annotated[FilterText, Field(min_length=1)]

    def condition(self) -> Condition:
        """Return what the documents must match."""
        return parsed(self.filter)

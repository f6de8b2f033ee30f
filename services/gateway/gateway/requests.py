"""The limits of every request, with the names of the fields as the client wrote them.

The services behind check their own; what is wrong is found here before any of them is called. Documents that are put
are the exception: each gets its verdict from ingestion, so that one bad document does not end the stream.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from chassis.fields import AnyText, CorpusName, FilterText, Line, Text

Question = Annotated[Text, Field(max_length=4096)]
DocumentId = Annotated[Line, Field(max_length=512)]


class _Fields(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


class Ask(_Fields):
    """A question; a number of 0 is the default."""

    corpus: CorpusName
    question: Question
    max_sources: Annotated[int, Field(le=20)]
    max_output_tokens: Annotated[int, Field(le=1024)]
    temperature: Annotated[float, Field(ge=0, le=2, allow_inf_nan=False)]
    filter: FilterText


class Query(_Fields):
    """A query; a number of 0 is the default."""

    corpus: CorpusName
    query: Question
    mode: Annotated[int, Field(ge=0, le=3)]
    top_k: Annotated[int, Field(le=1000)]
    filter: FilterText


class Texts(_Fields):
    """Texts to embed; what is in them concerns the embedding service."""

    texts: Annotated[list[Annotated[str, Field(min_length=1, max_length=32_768)]], Field(min_length=1, max_length=512)]
    kind: Annotated[int, Field(ge=0, le=2)]
    role: Annotated[AnyText, Field(max_length=64)]


class Chunking(_Fields):
    """How documents are cut; 0 is the default."""

    max_tokens: Annotated[int, Field(le=256)]


class NewCorpus(_Fields):
    """A corpus to create."""

    name: CorpusName
    chunking: Chunking


class Corpus(_Fields):
    """A corpus by name."""

    corpus: CorpusName


class Document(_Fields):
    """A document by corpus and id."""

    corpus: CorpusName
    document_id: DocumentId


class Page(_Fields):
    """A page of documents; a size of 0 is the default."""

    corpus: CorpusName
    page_size: Annotated[int, Field(le=1000)]
    page_token: Annotated[AnyText, Field(max_length=4096)]
    filter: FilterText


class HeldPage(_Fields):
    """A page of held documents; a size of 0 is the default."""

    corpus: CorpusName
    page_size: Annotated[int, Field(le=1000)]
    page_token: Annotated[AnyText, Field(max_length=4096)]


class Replay(_Fields):
    """Held documents to put again; ingestion checks what is mended as it checks what is put."""

    corpus: CorpusName
    document_ids: Annotated[list[DocumentId], Field(max_length=1000)]


class Discard(_Fields):
    """Held documents to throw away."""

    corpus: CorpusName
    document_ids: Annotated[list[DocumentId], Field(min_length=1, max_length=1000)]


class AnswerRequest(BaseModel):
    """Of Answer."""

    ask: Ask


class SearchRequest(BaseModel):
    """Of Search."""

    query: Query


class EmbedRequest(BaseModel):
    """Of Embed."""

    texts: Texts


class CreateCorpusRequest(BaseModel):
    """Of CreateCorpus."""

    corpus: NewCorpus


class GetCorpusRequest(BaseModel):
    """Of GetCorpus."""

    corpus: Corpus


class DocumentRequest(BaseModel):
    """Of GetDocument and DeleteDocument."""

    document: Document


class ListDocumentsRequest(BaseModel):
    """Of ListDocuments."""

    page: Page


class LineageRequest(BaseModel):
    """Of GetLineage."""

    origin: Document


class ContractRequest(BaseModel):
    """Of SetContract and GetContract; what is in a contract concerns the ingestion service."""

    contract: Corpus


class ListQuarantineRequest(BaseModel):
    """Of ListQuarantine."""

    page: HeldPage


class ReplayQuarantineRequest(BaseModel):
    """Of ReplayQuarantine."""

    replay: Replay


class DiscardQuarantinedRequest(BaseModel):
    """Of DiscardQuarantined."""

    discard: Discard

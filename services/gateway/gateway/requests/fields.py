"""What a client writes, field by field."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from chassis.fields import AnyText, CorpusName, FilterText, Line, Text

Question = Annotated[Text, Field(max_length=4096)]
DocumentId = Annotated[Line, Field(max_length=512)]


class Fields(BaseModel):
    """Some fields of a message, read from it by their names."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class Ask(Fields):
    """A question; a number of 0 is the default."""

    corpus: CorpusName
    question: Question
    max_sources: Annotated[int, Field(le=20)]
    max_output_tokens: Annotated[int, Field(le=1024)]
    temperature: Annotated[float, Field(ge=0, le=2, allow_inf_nan=False)]
    filter: FilterText


class Query(Fields):
    """A query; a number of 0 is the default."""

    corpus: CorpusName
    query: Question
    mode: Annotated[int, Field(ge=0, le=3)]
    top_k: Annotated[int, Field(le=1000)]
    filter: FilterText
    index: Annotated[int, Field(le=2**31 - 1)]


class Texts(Fields):
    """Texts to embed; what is in them concerns the embedding service."""

    texts: Annotated[list[Annotated[str, Field(min_length=1, max_length=32_768)]], Field(min_length=1, max_length=512)]
    kind: Annotated[int, Field(ge=0, le=2)]
    role: Annotated[AnyText, Field(max_length=64)]


class Chunking(Fields):
    """How documents are cut; 0 is the default."""

    max_tokens: Annotated[int, Field(le=256)]


class NewCorpus(Fields):
    """A corpus to create."""

    name: CorpusName
    chunking: Chunking


class Corpus(Fields):
    """A corpus by name."""

    corpus: CorpusName


class NewIndex(Fields):
    """An index to begin; 0 and the empty string are as in the live one."""

    corpus: CorpusName
    chunking: Chunking
    embedding_role: Annotated[AnyText, Field(max_length=64)]


class NumberedIndex(Fields):
    """An index by corpus and number."""

    corpus: CorpusName
    number: Annotated[int, Field(ge=1, le=2**31 - 1)]


class Document(Fields):
    """A document by corpus and id."""

    corpus: CorpusName
    document_id: DocumentId


class Page(Fields):
    """A page of documents; a size of 0 is the default."""

    corpus: CorpusName
    page_size: Annotated[int, Field(le=1000)]
    page_token: Annotated[AnyText, Field(max_length=4096)]
    filter: FilterText


class HeldPage(Fields):
    """A page of held documents; a size of 0 is the default."""

    corpus: CorpusName
    page_size: Annotated[int, Field(le=1000)]
    page_token: Annotated[AnyText, Field(max_length=4096)]


class Replay(Fields):
    """Held documents to put again; ingestion checks what is mended as it checks what is put."""

    corpus: CorpusName
    document_ids: Annotated[list[DocumentId], Field(max_length=1000)]


class Discard(Fields):
    """Held documents to throw away."""

    corpus: CorpusName
    document_ids: Annotated[list[DocumentId], Field(min_length=1, max_length=1000)]

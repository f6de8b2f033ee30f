"""Requests about corpora and their indexes."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from chassis.fields import CorpusName, Line
from ingestion.corpora.settings import CorpusSettings
from ingestion.corpora.words import Chunking
from ingestion.requests.fields import Request


class CreateCorpus(Request):
    """`CreateCorpusRequest`, checked; zeros of the wire are taken as the defaults."""

    name: CorpusName
    max_tokens: Annotated[int, Field(ge=32, le=256)]
    whole_documents: bool
    settings: CorpusSettings

    def chunking(self) -> Chunking:
        """Return how its documents are cut."""
        return Chunking(max_tokens=self.max_tokens, whole_documents=self.whole_documents)


class BeginIndex(Request):
    """`BeginIndexRequest`, checked; None is as in the live index."""

    corpus: CorpusName
    max_tokens: Annotated[int, Field(ge=32, le=256)] | None
    whole_documents: bool
    embedding_role: Annotated[Line, Field(max_length=64)] | None

    def chunking(self) -> Chunking | None:
        """Return how documents are cut."""
        if self.max_tokens is None:
            return None
        return Chunking(max_tokens=self.max_tokens, whole_documents=self.whole_documents)


class NumberedIndex(Request):
    """`SwitchIndexRequest` and `DropIndexRequest`, checked."""

    corpus: CorpusName
    number: Annotated[int, Field(ge=1, le=2**31 - 1)]

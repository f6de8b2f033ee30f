"""What a request may be: the limits of the contract."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from chassis.fields import CorpusName, FilterText, Text
from orchestrator.search.words import Mode

Question = Annotated[Text, Field(min_length=1, max_length=4_096)]


class _Request(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Answer(_Request):
    """`AnswerRequest`, checked."""

    corpus: CorpusName
    question: Question
    max_sources: Annotated[int, Field(ge=1, le=20)]
    max_output_tokens: Annotated[int, Field(ge=1, le=1_024)]
    temperature: Annotated[float, Field(ge=0, le=2, allow_inf_nan=False)]
    seed: Annotated[int, Field(ge=0, lt=2**32)]
    filter: FilterText


class Search(_Request):
    """`SearchRequest`, checked."""

    corpus: CorpusName
    query: Question
    mode: Mode
    top_k: Annotated[int, Field(ge=1, le=1_000)]
    filter: FilterText
    index: Annotated[int, Field(ge=0, le=2**31 - 1)]
    rerank: bool

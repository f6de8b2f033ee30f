"""A chat completion, whole and in pieces."""

from __future__ import annotations

from typing import Literal

from gateway.http.openai.fields import Said


class UrlCitation(Said):
    """A stretch of the answer, and a source that supports it."""

    start_index: int
    """Where the sentence starts, in Unicode code points."""

    end_index: int
    """Where it ends (exclusive)."""

    url: str
    """Where the source is: its address, or `forebay:<corpus>/<document>#<place>` when it has none."""

    title: str


class Annotation(Said):
    """One citation."""

    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation


class Source(Said):
    """What the answer may draw on."""

    number: int
    document_id: str
    ordinal: int
    """The chunk's place in the document, from 0."""

    title: str
    headings: list[str]
    uri: str
    text: str
    score: float
    relevance: float | None = None
    """The calibrated probability that it is relevant, when it was reranked."""


class Versions(Said):
    """What the answer was made with."""

    corpus: int
    prompt: str
    models: dict[str, str]
    """`name@version` by role."""


class Particulars(Said):
    """What Forebay tells beyond OpenAI. In a stream, the first piece has the sources and the last one the rest."""

    question: str | None = None
    """The question as it was asked of the corpus."""

    ignored: list[str] | None = None
    """Messages that were not taken into account, such as `messages.0`."""

    sources: list[Source] | None = None
    finish_reason: Literal["stop", "length", "no_answer"] | None = None
    confidence: float | None = None
    """The calibrated probability that the answer is right."""

    degraded: list[str] | None = None
    """Steps that were given up."""

    cache: Literal["none", "miss", "hit", "near"] | None = None
    versions: Versions | None = None
    trace_id: str | None = None


class Usage(Said):
    """Tokens of the language model."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class Answer(Said):
    """What is answered."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    annotations: list[Annotation]


class Choice(Said):
    """The one choice."""

    index: Literal[0] = 0
    message: Answer
    logprobs: None = None
    finish_reason: Literal["stop", "length"]


class Completion(Said):
    """A whole answer."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: list[Choice]
    usage: Usage
    system_fingerprint: str
    forebay: Particulars


class Delta(Said):
    """What comes on top of what came before."""

    role: Literal["assistant"] | None = None
    content: str | None = None
    annotations: list[Annotation] | None = None


class PieceChoice(Said):
    """The one choice, continued."""

    index: Literal[0] = 0
    delta: Delta
    logprobs: None = None
    finish_reason: Literal["stop", "length"] | None


class Piece(Said):
    """One event of a stream."""

    id: str
    object: Literal["chat.completion.chunk"] = "chat.completion.chunk"
    created: int
    model: str
    choices: list[PieceChoice]
    usage: Usage | None = None
    system_fingerprint: str | None = None
    forebay: Particulars | None = None

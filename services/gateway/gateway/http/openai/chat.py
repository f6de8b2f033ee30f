"""A request for a chat completion."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from gateway.http.openai.fields import Given, Metadata, Wishes

Content = Annotated[str, Field(max_length=65_536)]
Nothing = Annotated[list[Any], Field(max_length=0)] | None
Zero = Annotated[float, Field(ge=0, le=0)] | None


class Text(Given):
    """A part of a message."""

    type: Literal["text"]
    text: Content


class Message(Given):
    """One turn of a conversation. What else a turn of OpenAI's may hold is not looked at."""

    model_config = ConfigDict(extra="ignore")

    role: Literal["system", "developer", "user", "assistant"]
    content: Content | Annotated[list[Text], Field(min_length=1, max_length=64)] | None = None

    @property
    def text(self) -> str:
        """Return what was said."""
        if isinstance(self.content, str):
            return self.content
        return "\n".join(part.text for part in self.content or [])


class Plain(Given):
    """The one format of answers."""

    type: Literal["text"]


class StreamOptions(Given):
    """How an answer is streamed."""

    include_usage: bool = False
    """Whether a last event tells the usage."""

    include_obfuscation: bool = False
    """Taken and not acted on: answers are not padded."""


class ChatRequest(Given):
    """A conversation whose last question is answered from a corpus."""

    unsupported: ClassVar[frozenset[str]] = frozenset(
        {
            "n",
            "top_p",
            "stop",
            "presence_penalty",
            "frequency_penalty",
            "logit_bias",
            "logprobs",
            "top_logprobs",
            "tools",
            "tool_choice",
            "functions",
            "function_call",
            "response_format",
            "modalities",
            "audio",
            "prediction",
            "reasoning_effort",
            "verbosity",
            "web_search_options",
            "store",
        }
    )

    model: Annotated[str, Field(min_length=1, max_length=128)]
    """`forebay/<corpus>`."""

    messages: Annotated[list[Message], Field(min_length=1, max_length=256)]
    """The conversation; the last message is the question."""

    stream: bool | None = None
    """Whether the answer comes piece by piece, as server-sent events."""

    stream_options: StreamOptions | None = None

    temperature: Annotated[float, Field(ge=0, le=2, allow_inf_nan=False)] | None = None
    """0 takes the likeliest token; that is the default here."""

    seed: Annotated[int, Field(ge=0, le=2**32 - 1)] | None = None
    """Makes a sampled answer repeatable."""

    max_tokens: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    """The most tokens of the answer; never more than 1,024."""

    max_completion_tokens: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    """The newer name of the same."""

    forebay: Wishes = Wishes()
    """What goes beyond OpenAI."""

    user: Annotated[str, Field(max_length=512)] | None = None
    """Taken and not acted on: who asks is told by the credential. So are the next four."""

    safety_identifier: Annotated[str, Field(max_length=512)] | None = None
    prompt_cache_key: Annotated[str, Field(max_length=512)] | None = None
    metadata: Metadata | None = None
    service_tier: Literal["auto", "default"] | None = None
    parallel_tool_calls: bool | None = None

    n: Literal[1] | None = None
    top_p: Annotated[float, Field(ge=1, le=1)] | None = None
    stop: Nothing = None
    presence_penalty: Zero = None
    frequency_penalty: Zero = None
    logit_bias: Annotated[dict[str, Any], Field(max_length=0)] | None = None
    logprobs: Literal[False] | None = None
    top_logprobs: Literal[0] | None = None
    tools: Nothing = None
    tool_choice: Literal["none"] | None = None
    functions: Nothing = None
    function_call: Literal["none"] | None = None
    response_format: Plain | None = None
    modalities: Annotated[list[Literal["text"]], Field(min_length=1, max_length=1)] | None = None
    audio: None = None
    prediction: None = None
    reasoning_effort: None = None
    verbosity: None = None
    web_search_options: None = None
    store: Literal[False] | None = None

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if self.messages[-1].role != "user":
            raise ValueError("messages must end with what the user asks")
        if self.stream_options is not None and not self.stream:
            raise ValueError("stream_options is for streams alone: set stream, too")
        if None not in (self.max_tokens, self.max_completion_tokens) and self.max_tokens != self.max_completion_tokens:
            raise ValueError("max_tokens and max_completion_tokens say the same: send one of them")
        return self

    @property
    def most_tokens(self) -> int | None:
        """Return the most tokens that the answer may have, if the client said."""
        return self.max_completion_tokens or self.max_tokens

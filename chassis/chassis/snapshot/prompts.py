"""Prompt templates: everything that shapes an answer and is not the caller's.

That is the words around question and sources, how much of the sources is shown, where the model stops. Whoever changes
one raises its version, so that an answer can be explained later.
"""

from __future__ import annotations

from typing import Annotated, Final, Self

from pydantic import Field, StringConstraints, model_validator

from chassis.fields import AnyText
from chassis.snapshot.frozen import Frozen

SOURCES: Final = "{sources}"
QUESTION: Final = "{question}"

Words = Annotated[AnyText, Field(max_length=16_384)]
PromptLabel = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,62}@[1-9][0-9]{0,8}$")]
"""How a template is named in records: `name@version`."""


class Example(Frozen):
    """A question with its sources and the answer that we would like."""

    sources: Words
    question: Words
    answer: Words


class Prompt(Frozen):
    """What is sent to the model, with places for the question and the sources."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,62}$")]
    version: Annotated[int, Field(ge=1, le=999_999_999)]
    """Rises with every change."""

    system: Words
    """The first message; empty leaves it out."""

    user: Words
    """The last message; holds `{sources}` and `{question}` once each, in this order."""

    source: Words = "{sources}"
    """How one source is written; holds `{sources}` once."""

    examples: Annotated[tuple[Example, ...], Field(max_length=16)] = ()
    """Turns that show the model what is wanted."""

    source_tokens: Annotated[int, Field(ge=16, le=32_768)]
    """The most tokens of all sources together; every one of them delays the first token of the answer."""

    most_sentences: Annotated[int, Field(ge=1, le=100)]
    """Sentences after which the model is stopped, whatever the caller's limit on tokens."""

    quotes: bool = False
    """Whether the best lines of the sources follow the model's words; without it only where no source supports them.
    For models that are too small to be trusted with a paraphrase."""

    stop: Annotated[tuple[Annotated[str, Field(min_length=1, max_length=64)], ...], Field(max_length=8)] = ()
    """Texts that end the answer."""

    @property
    def label(self) -> str:
        """Return how the template is named in records: `name@version`."""
        return f"{self.name}@{self.version}"

    @model_validator(mode="after")
    def _has_its_places(self) -> Self:
        if self.user.count(SOURCES) != 1 or self.user.count(QUESTION) != 1:
            raise ValueError("user must hold {sources} and {question} once each")
        if self.user.index(SOURCES) > self.user.index(QUESTION):
            raise ValueError("user must hold {sources} before {question}: the question is best remembered last")
        if self.source.count(SOURCES) != 1:
            raise ValueError("source must hold {sources} once")
        return self

"""Prompt templates: files with a name and a version, checked when the service starts.

A template says everything that shapes an answer and is not the caller's: the words around question and sources, how
much of the sources is shown, where the model stops. Whoever changes one raises its version, so that an answer can be
explained later.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

FOLDER: Final = Path(__file__).parent / "templates"
"""The templates that come with the service, one file each, named `name@version.toml`."""

SOURCES: Final = "{sources}"
QUESTION: Final = "{question}"


class BrokenTemplate(ValueError):
    """The file holds no template; the message says what is wrong."""


class Example(BaseModel):
    """A question with its sources and the answer that we would like."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sources: str
    question: str
    answer: str


class Template(BaseModel):
    """What is sent to the model, with places for the question and the sources."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,62}$")]
    version: Annotated[int, Field(ge=1)]
    """Rises with every change."""

    system: str
    """The first message; empty leaves it out."""

    user: str
    """The last message; holds `{sources}` and `{question}` once each, in this order."""

    source: str = "{sources}"
    """How one source is written; holds `{sources}` once."""

    examples: tuple[Example, ...] = ()
    """Turns that show the model what is wanted."""

    source_tokens: Annotated[int, Field(ge=16, le=32_768)]
    """The most tokens of all sources together; every one of them delays the first token of the answer."""

    most_sentences: Annotated[int, Field(ge=1, le=100)]
    """Sentences after which the model is stopped, whatever the caller's limit on tokens."""

    quotes: bool = False
    """Whether the best lines of the sources follow the model's words; without it only where no source supports them.
    For models that are too small to be trusted with a paraphrase."""

    stop: tuple[str, ...] = ()
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


def load(label: str, folder: Path = FOLDER) -> Template:
    """Return the template `name@version`; raise `BrokenTemplate` when there is none or it is wrong."""
    path = folder / f"{label}.toml"
    try:
        template = Template(**tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        known = ", ".join(sorted(file.stem for file in folder.glob("*.toml")))
        raise BrokenTemplate(f"there is no prompt template {label}; known are: {known}") from None
    except (tomllib.TOMLDecodeError, ValidationError) as failure:
        raise BrokenTemplate(f"{path.name}: {failure}") from failure
    if template.label != label:
        raise BrokenTemplate(f"{path.name} calls itself {template.label}")
    return template

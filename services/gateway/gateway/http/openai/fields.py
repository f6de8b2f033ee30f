"""What all of these types are."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from chassis.fields import FilterText

Metadata = Annotated[
    dict[Annotated[str, Field(max_length=64)], Annotated[str, Field(max_length=512)]], Field(max_length=16)
]


class Given(BaseModel):
    """A part of a request. Fields that nobody knows are refused: they would be wishes that nobody fulfils."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, use_attribute_docstrings=True)

    unsupported: ClassVar[frozenset[str]] = frozenset()
    """Fields that OpenAI has and we do not serve; they may be there with the value that asks for nothing."""


class Said(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(use_attribute_docstrings=True)


class Wishes(Given):
    """What can be asked of Forebay beyond what OpenAI knows; `extra_body={"forebay": {…}}` in OpenAI's client."""

    filter: FilterText = ""
    """Which documents the sources may come from, as docs/search.md has it."""

    max_sources: Annotated[int, Field(ge=1, le=20)] | None = None
    """The most sources that the model is given; 4 by default."""

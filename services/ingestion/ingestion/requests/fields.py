"""The fields that several requests have."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from chassis.fields import AnyText, Line

DocumentId = Annotated[Line, Field(max_length=512)]
Group = Annotated[Line, Field(max_length=64)]
Title = Annotated[AnyText, Field(max_length=512)]
MetadataName = Annotated[Line, Field(max_length=64)]
Metadata = Annotated[dict[MetadataName, Annotated[AnyText, Field(max_length=1024)]], Field(max_length=64)]
MimeType = Literal["", "text/markdown", "text/plain", "text/html", "application/pdf"]


class Request(BaseModel):
    """A checked request; it never changes."""

    model_config = ConfigDict(frozen=True)

"""The lines of a manifest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from chassis.errors import InvalidArgument
from chassis.validation import invalid


class Entry(BaseModel):
    """One document: where its content is, and what is to be said of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: Annotated[str, Field(max_length=4096)] = ""
    """A file, relative to the manifest; either this or `uri`."""

    uri: Annotated[str, Field(max_length=4096)] = ""
    """An object: `s3://`, `gs://`, `az://`, `https://` or `file://`."""

    document_id: str = ""
    """Default: path or uri."""

    mime_type: str = ""
    title: str = ""
    groups: tuple[str, ...] = ()
    metadata: dict[str, str] = {}

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if bool(self.path) == bool(self.uri):
            raise ValueError("must have either path or uri")
        return self

    @property
    def id(self) -> str:
        """The document's id."""
        return self.document_id or self.path or self.uri


def entry(line: bytes, where: str) -> Entry:
    """Read one line; raise `InvalidArgument` that names what is wrong."""
    try:
        return Entry.model_validate_json(line)
    except ValidationError as failure:
        raise InvalidArgument(f"{where}: {invalid(failure)}") from failure


def entries(piece: bytes) -> Iterator[Entry]:
    """Read the lines of a shard; those that are blank are no entries."""
    return (entry(line, "the manifest") for line in piece.splitlines() if line.strip())

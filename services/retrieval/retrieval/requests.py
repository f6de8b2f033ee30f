"""The limits of every request."""

from __future__ import annotations

import math
import struct
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from chassis.fields import AnyText, CorpusName, FilterText, Line, Text
from retrieval.search.words import Mode

FLOAT32 = 1
"""`DATA_TYPE_FLOAT32` on the wire."""

DocumentId = Annotated[Line, Field(max_length=512)]


class _Request(BaseModel):
    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)


class Model(_Request):
    """The model that made a vector."""

    name: Annotated[str, Field(min_length=1, max_length=128)]
    version: Annotated[str, Field(max_length=64)]


class Vector(_Request):
    """One row of a matrix, as bytes."""

    data: bytes
    count: Annotated[int, Field(ge=1, le=1)]
    dimension: Annotated[int, Field(ge=1, le=8192)]
    dtype: Annotated[int, Field(ge=FLOAT32, le=FLOAT32)]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if len(self.data) != 4 * self.dimension:
            raise ValueError("must hold 4 bytes for each of its dimensions")
        values = self.values()
        if not all(map(math.isfinite, values)) or not any(values):
            raise ValueError("must hold finite numbers that are not all zero")
        return self

    def values(self) -> list[float]:
        """Return the numbers."""
        return list(struct.unpack(f"<{self.dimension}f", self.data))


class Search(_Request):
    """A query against one corpus."""

    corpus: CorpusName
    query: Annotated[Text, Field(max_length=4096)]
    vector: Vector | None
    model: Model | None
    mode: Mode
    top_k: Annotated[int, Field(ge=1, le=1000)]
    filter: FilterText = ""
    index: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.vector is not None and self.model is None:
            raise ValueError("needs the model that made its vector")
        return self


class Following(_Request):
    """The vector that follows a query."""

    vector: Vector
    model: Model


class Place(_Request):
    """Where a chunk stands."""

    document_id: DocumentId
    ordinal: Annotated[int, Field(ge=0, le=2**31 - 1)]


class GetChunks(_Request):
    """The chunks to read."""

    corpus: CorpusName
    places: Annotated[list[Place], Field(min_length=1, max_length=256)]


class GetLineage(_Request):
    """The document, or chunk, whose origin is asked for."""

    corpus: CorpusName
    document_id: DocumentId
    ordinal: Annotated[int | None, Field(ge=0, lt=2**31)]


class GetDocument(_Request):
    """The document to read."""

    corpus: CorpusName
    document_id: DocumentId


class ListDocuments(_Request):
    """The documents to list."""

    corpus: CorpusName
    page_size: Annotated[int, Field(ge=1, le=1000)]
    page_token: Annotated[AnyText, Field(max_length=4096)]
    filter: FilterText = ""


class GetCorpus(_Request):
    """The corpus to read."""

    corpus: CorpusName

"""The words for where a document and its chunks come from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from retrieval.records import Model

__all__ = ["ChunkOrigin", "Lineage", "Tool"]

CHUNKER = "forebay-ingestion"


@dataclass(frozen=True, slots=True)
class Tool:
    """A program and its version; both empty when nobody knows."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class ChunkOrigin:
    """Where a chunk stands in its document."""

    ordinal: int
    start: int
    end: int
    """Characters of the text that was read out of the original."""

    headings: tuple[str, ...]
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """How an index came to have a document as it does."""

    document_id: str
    document_generation: int
    sha256: str
    size_bytes: int
    mime_type: str
    uri: str
    index: int
    chunk_generation: int
    parser: Tool
    chunker: Tool
    max_tokens: int
    analyser: str
    model: Model
    written_by: str
    """The id of the key; empty when it was written before keys were noted."""

    written: datetime
    """When the chunks became visible."""

    committed: datetime
    """When the document's version became visible."""

    chunk: ChunkOrigin | None = None
    """The one that was asked for."""

"""What is read: the words that rules and adapters share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads; comes from the credential, never from the request."""

    tenant: str
    groups: frozenset[str]
    """Every group the reader belongs to, "everyone" included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """An embedding model at one version."""

    name: str
    version: str
    """Empty when the index was made without knowing it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """A set of documents that is searched as one."""

    id: str
    """32 hexadecimal digits."""

    name: str
    version: int
    documents: int
    """Visible documents, whoever may read them."""

    chunks: int
    """Visible chunks, whoever may read them: the N of the lexical statistics."""

    max_tokens: int
    whole_documents: bool
    model: Model | None
    """The model of the index; None before the first document."""

    collection: str
    """Where the vectors are; empty before the first document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A visible document."""

    id: str
    title: str
    uri: str
    mime_type: str
    sha256: str
    size_bytes: int
    groups: tuple[str, ...]
    metadata: Mapping[str, str] = field(default_factory=dict)
    generation: int
    chunks: int
    committed: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where a chunk stands in the stores: the vector store's key, taken apart."""

    document: str
    """The document's own id, 32 hexadecimal digits."""

    generation: int
    ordinal: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A visible chunk, as it is shown."""

    document_id: str
    """The caller's id of the document."""

    ordinal: int
    text: str
    headings: tuple[str, ...]
    title: str
    uri: str
    generation: int


@dataclass(frozen=True, slots=True)
class Sight:
    """What a reader sees at a place."""

    document_id: str
    """The caller's id of the document."""

    chunk: Chunk | None
    """The chunk, when its text was asked for."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A place that one half of a search found, and how well it fits."""

    place: Place
    score: float

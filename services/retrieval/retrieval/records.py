"""What is read: the words that rules and adapters share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chassis.filters import Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads, and what of all that they may read they want; the first comes from the credential alone."""

    tenant: str
    groups: frozenset[str]
    """Every group the reader belongs to, "everyone" included."""

    wants: Condition | None = None
    """The documents that are asked for; None is all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """An embedding model at one version."""

    role: str = field(default="embedding", compare=False)
    """By which the embedding service is asked for it."""

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

    size: int = 0
    """Bytes of the visible documents' originals."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    """As ingestion wrote them; what is not there has its default."""

    index: str
    """The live index: 32 hexadecimal digits, by which its chunks are found."""

    index_number: int = 1

    chunks: int
    """Chunks of the live index, whoever may read them: the N of the lexical statistics."""

    max_tokens: int
    whole_documents: bool
    model: Model | None
    """The model of the index; None when nobody knows."""

    collection: str
    """Where the vectors are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """One way in which a corpus's documents are cut, embedded and searched."""

    number: int
    state: str
    max_tokens: int
    whole_documents: bool
    model: Model
    documents: int
    """Those that it has as they are now."""

    failed: int
    """Those that it could not have."""

    chunks: int
    switches: bool
    """Whether it goes live by itself as soon as it lacks nothing."""

    created: datetime


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

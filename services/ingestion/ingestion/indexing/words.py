"""The words for indexes that are not finished."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from chassis.errors import NotFound
from ingestion.committing.words import Known
from ingestion.corpora.words import Corpus, Index

__all__ = ["Building", "LostOriginal", "Stale", "Standing"]


class LostOriginal(NotFound):
    """The store has no original of a document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Building:
    """An index that has work left."""

    corpus: Corpus
    index: Index
    switches: bool
    """Whether it goes live by itself as soon as it has caught up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """A document that an index lacks, or has an older generation of."""

    known: Known
    source_id: str
    title: str
    uri: str
    mime: str
    sha256: str
    size: int
    groups: tuple[str, ...]
    metadata: Mapping[str, str] = field(default_factory=dict)
    by: str = ""
    """The id of the key that wrote it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far an index is."""

    index: UUID
    missing: int
    """Documents that it lacks or has an older generation of, those that failed included."""

    failed: int
    """Documents that could not be cut or read for it."""

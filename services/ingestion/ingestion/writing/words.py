"""The words for documents on their way in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from chassis.readers import EVERYONE

__all__ = ["Incoming", "Outcome", "Refused", "Written"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A document as the caller sent it, checked for its limits."""

    source_id: str
    """The caller's id."""

    content: bytes
    mime: str = ""
    title: str = ""
    uri: str = ""
    groups: tuple[str, ...] = (EVERYONE,)
    """Sorted, without repeats."""

    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The document is durable and visible."""

    source_id: str
    generation: int
    chunks: int
    corpus_version: int
    unchanged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The document was not written; what was visible before still is."""

    source_id: str
    reason: str
    field: str = ""
    retryable: bool = False
    word: str = ""
    """The failure's own name, for counting."""


Outcome = Written | Refused

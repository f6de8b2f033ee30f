"""The words for documents on their way in."""

from __future__ import annotations

from dataclasses import dataclass, field

from ingestion.checking.words import Checked, Subject

__all__ = ["Incoming", "Outcome", "Quarantined", "Refused", "Written"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming(Subject):
    """A document as the caller sent it, checked for its limits."""

    content: bytes
    mime: str = ""
    uri: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The document is durable and visible."""

    source_id: str
    generation: int
    chunks: int
    corpus_version: int
    unchanged: bool = False
    checked: Checked = field(default_factory=Checked)
    """What was found about it, and did not hold it back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """The document is held back; what was visible before still is."""

    source_id: str
    checked: Checked


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The document was not written; what was visible before still is."""

    source_id: str
    reason: str
    field: str = ""
    retryable: bool = False
    word: str = ""
    """The failure's own name, for counting."""


Outcome = Written | Quarantined | Refused

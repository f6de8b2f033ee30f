"""The word for what is held back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ingestion.contracts.findings import Finding

__all__ = ["Held"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A document in quarantine: as the caller sent it, and why. Its content is in the object store."""

    source_id: str
    sha256: str
    size: int
    mime: str
    title: str
    uri: str
    groups: tuple[str, ...]
    metadata: Mapping[str, str]
    findings: tuple[Finding, ...]
    near_duplicate_of: str = ""
    """The document that says nearly the same; empty when there is none, or for one who may not know of it."""

    by: str
    """The id of the key that wrote it."""

    since: datetime | None = field(default=None, compare=False)
    """When it was held back; the store says."""

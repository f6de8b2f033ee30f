"""The words for what a check gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from chassis.readers import EVERYONE
from ingestion.contracts.findings import Finding
from ingestion.quality.likeness import Likeness

__all__ = ["Author", "Checked", "Looked", "Subject", "Twin"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who writes; comes from the credential, never from the request."""

    by: str = ""
    """The id of the key; empty when nobody is known to."""

    groups: frozenset[str] = frozenset({EVERYONE})
    """What the author may read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is known of a document before it is read."""

    source_id: str
    """The caller's id."""

    title: str = ""
    groups: tuple[str, ...] = (EVERYONE,)
    """Sorted, without repeats."""

    metadata: Mapping[str, str] = field(default_factory=dict)
    author: Author = field(default_factory=Author, compare=False)


@dataclass(frozen=True, slots=True)
class Looked:
    """What was seen in one document."""

    findings: tuple[Finding, ...] = ()
    likeness: Likeness | None = None
    """Absent when nobody wants near-duplicates and usual sizes of its corpus."""


@dataclass(frozen=True, slots=True)
class Twin:
    """A document that says nearly the same."""

    source_id: str
    likeness: float
    """About the share of word triples in common."""


@dataclass(frozen=True, slots=True)
class Checked:
    """All that was found about a document."""

    findings: tuple[Finding, ...] = ()
    twin: Twin | None = None

    @property
    def held_back(self) -> bool:
        """Whether the document goes to quarantine."""
        return any(finding.holds_back for finding in self.findings)

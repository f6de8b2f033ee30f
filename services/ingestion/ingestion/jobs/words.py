"""The words for bulk work."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Final
from uuid import UUID

__all__ = ["MOST_ATTEMPTS", "Job", "JobState", "Leased", "Plan", "Progress", "Range", "Refusal", "Report"]

MOST_ATTEMPTS: Final = 10
"""After so many a shard is given up: what ends ten workers would end the next."""


class JobState(Enum):
    """Where a job is; the values are the contract's names."""

    RUNNING = "JOB_STATE_RUNNING"
    DONE = "JOB_STATE_DONE"
    FAILED = "JOB_STATE_FAILED"
    CANCELLED = "JOB_STATE_CANCELLED"


@dataclass(frozen=True, slots=True)
class Range:
    """A piece of a manifest: bytes from `start` up to `end`, the entries in them, and their SHA-256."""

    start: int
    end: int
    entries: int
    sha256: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A job before it is written down."""

    tenant: str
    name: str
    corpus: str
    manifest: str
    shards: Sequence[Range]

    @property
    def fingerprint(self) -> str:
        """The same for the same work."""
        shape = (self.corpus, self.manifest, [(one.start, one.end, one.sha256.hex()) for one in self.shards])
        return hashlib.sha256(repr(shape).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What became of documents so far, in this attempt."""

    committed: int = 0
    unchanged: int = 0
    refused: int = 0
    others: int = 0
    chunks: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job and the sums over its shards."""

    id: UUID
    name: str
    corpus: str
    manifest: str
    fingerprint: str
    shards: int
    done: int = 0
    failed: int = 0
    leased: int = 0
    entries: int = 0
    progress: Progress = field(default_factory=Progress)
    work_seconds: float = 0.0
    created: datetime
    cancelled: datetime | None = None
    last_end: datetime | None = None
    """When the last shard ended that has ended."""
    failures: Sequence[str] = ()

    @property
    def state(self) -> JobState:
        """Where it is: a job that ended before it was cancelled has ended."""
        if self.done + self.failed == self.shards:
            return JobState.FAILED if self.failed else JobState.DONE
        return JobState.CANCELLED if self.cancelled else JobState.RUNNING

    @property
    def ended(self) -> datetime | None:
        """When it ended."""
        match self.state:
            case JobState.RUNNING:
                return None
            case JobState.CANCELLED:
                return self.cancelled
            case _:
                return self.last_end


@dataclass(frozen=True, slots=True, kw_only=True)
class Leased:
    """A shard that somebody works on."""

    ordinal: int
    range: Range
    lease: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """A document that was not written."""

    document: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How far a shard is; at most one of `finished` and `released` is given."""

    ordinal: int
    lease: str
    progress: Progress
    seconds: float
    """Until the lease expires without a further report."""
    finished: Sequence[Refusal] | None = None
    released: str | None = None

"""What a backup holds: one manifest, a file of records for each corpus, and each original once.

Every record is a JSON object on a line of its own. Vectors, chunks and what is counted of them are made again.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["FORMAT", "Damaged", "Document", "Held", "Manifest", "Record", "SavedCorpus", "Signature"]

FORMAT: Final = 1
"""The version of all this. A later release reads earlier ones."""


class Damaged(Exception):
    """A backup is not whole, or not one of ours; the message says what is wrong with which file."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Signature(_Part):
    """By what near-duplicates of a document are found."""

    written_by: str
    characters: int
    signature: str
    """Hexadecimal."""

    bands: tuple[int, ...]


class Document(_Part):
    """A visible document; its content is the original with that digest."""

    kind: Literal["document"] = "document"
    source_id: str
    title: str
    uri: str
    mime: str
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    size_bytes: int
    fingerprint: str
    groups: tuple[str, ...]
    metadata: dict[str, str]
    generation: int
    written_by: str
    created_at: datetime
    updated_at: datetime
    signature: Signature | None


class Held(_Part):
    """A document in quarantine."""

    kind: Literal["held"] = "held"
    source_id: str
    title: str
    uri: str
    mime: str
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    size_bytes: int
    groups: tuple[str, ...]
    metadata: dict[str, str]
    findings: list[dict[str, Any]]
    near_duplicate_of: str
    written_by: str
    since: datetime


Record = Document | Held


class SavedCorpus(_Part):
    """A corpus, and the file with its records."""

    id: UUID
    tenant: str
    name: str
    version: int
    settings: dict[str, Any]
    """Retention, quotas, contract: as the ledger keeps them."""

    index: dict[str, Any]
    """What its live index was made with."""

    collection: str
    documents: int = 0
    held: int = 0
    left_out: int = 0
    """Documents of the snapshot whose originals went while it was saved: they were deleted or erased meanwhile."""

    file: str = ""
    sha256: str = ""
    """Of the file."""


class Manifest(_Part):
    """What there is. It is written last: a folder without it is no backup."""

    format: int
    taken_at: datetime
    """The moment of which everything is."""

    corpora: tuple[SavedCorpus, ...]

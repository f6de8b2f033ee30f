"""The history of one service's tables."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class History:
    """Where the revisions are, and where it is written down which of them the database has."""

    versions: Path
    """The folder of the revisions, one file each."""

    table: str
    """The table of the schema `forebay` that holds the database's revision; no two services share one."""

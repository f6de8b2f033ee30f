"""Who may read, as one text that a vector store can filter by.

Milvus filters arrays row by row in its embedded form, which costs more than the search; a text is compared by the
column. Groups are written as hashes of fixed length: a wildcard or a quote in a group's name never reaches an
expression.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

EVERYONE: Final = "everyone"
"""The group that every reader of a tenant belongs to."""

READERS_LENGTH: Final = 2048
"""The most characters of a field: room for 64 groups and more."""


def readers_field(groups: Iterable[str]) -> str:
    """Return what is stored with a chunk: the marks of its groups, sorted, between bars."""
    return "|" + "".join(f"{mark}|" for mark in sorted({reader_mark(group) for group in groups}))


def reader_mark(group: str) -> str:
    """Return the mark of one group: 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(group.encode()).hexdigest()[:16]

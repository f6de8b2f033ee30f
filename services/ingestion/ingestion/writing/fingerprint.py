"""Tells whether a document would be written exactly as it is already."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Final

from ingestion.writing.words import Incoming

__all__ = ["PIPELINE", "Prints", "prints_of"]

PIPELINE: Final = "1"
"""The version of parsing and cutting. Raise it when the same bytes give other chunks: a document that is put again is
then written again, and so is each that an index is built of."""


@dataclass(frozen=True, slots=True)
class Prints:
    """Two digests of 64 hexadecimal digits."""

    content: str
    """Of the original: its name in the object store."""

    fingerprint: str
    """Of everything that the caller said of the document."""


def prints_of(document: Incoming) -> Prints:
    """Return the digests of a document."""
    content = _sha256(document.content)
    shape = {
        "content": content,
        "mime": document.mime,
        "title": document.title,
        "uri": document.uri,
        "groups": document.groups,
        "metadata": dict(document.metadata),
    }
    return Prints(content, _sha256(json.dumps(shape, sort_keys=True).encode()))


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()

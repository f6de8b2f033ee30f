"""Tells whether a document would be written exactly as it is already."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Final

from ingestion.corpora.words import CorpusSettings
from ingestion.writing.words import Incoming

__all__ = ["PIPELINE", "Prints", "prints_of"]

PIPELINE: Final = "1"
"""The version of parsing and cutting. Raise it when the same bytes give other chunks: they are then written again."""


@dataclass(frozen=True, slots=True)
class Prints:
    """Two digests of 64 hexadecimal digits."""

    content: str
    """Of the original: its name in the object store."""

    fingerprint: str
    """Of everything that shapes what is stored."""


def prints_of(document: Incoming, settings: CorpusSettings) -> Prints:
    """Return the digests of a document as this corpus would store it."""
    content = _sha256(document.content)
    shape = {
        "pipeline": PIPELINE,
        "content": content,
        "mime": document.mime,
        "title": document.title,
        "uri": document.uri,
        "groups": document.groups,
        "metadata": dict(document.metadata),
        "settings": asdict(settings),
    }
    return Prints(content, _sha256(json.dumps(shape, sort_keys=True).encode()))


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()

"""Tells whether a document would be written exactly as it is already."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import Final

from ingestion.corpora.words import CorpusSettings
from ingestion.writing.words import Incoming

__all__ = ["PIPELINE", "fingerprint", "sha256"]

PIPELINE: Final = "1"
"""The version of parsing and cutting. Raise it when the same bytes give other chunks, so that they are written again."""


def sha256(content: bytes) -> str:
    """Return 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def fingerprint(document: Incoming, digest: str, settings: CorpusSettings) -> str:
    """Return 64 hexadecimal digits over everything that shapes what is stored; `digest` is the content's."""
    shape = {
        "pipeline": PIPELINE,
        "content": digest,
        "mime": document.mime,
        "title": document.title,
        "uri": document.uri,
        "groups": document.groups,
        "metadata": dict(document.metadata),
        "settings": asdict(settings),
    }
    return sha256(json.dumps(shape, sort_keys=True).encode())

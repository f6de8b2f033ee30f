"""Chunks as rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
from pymilvus import MilvusClient

from chassis.filters import filterable, stored
from chassis.readers import readers_field
from ingestion.committing.words import Draft

__all__ = ["ROWS", "insert"]

ROWS: Final = 1_000
"""Rows in one call: a few megabytes, far below what a server takes."""


def insert(client: MilvusClient, seconds: float, collection: str, drafts: Sequence[Draft]) -> None:
    """Add the drafts' chunks."""
    rows = [row for draft in drafts for row in _rows(draft, collection)]
    for at in range(0, len(rows), ROWS):
        client.insert(collection, rows[at : at + ROWS], timeout=seconds)


def _rows(draft: Draft, collection: str) -> Iterator[dict[str, Any]]:
    shared: dict[str, Any] = {
        "tenant": draft.corpus.tenant,
        "corpus": draft.index.id.hex,
        "document": draft.id.hex,
        "readers": readers_field(draft.groups),
        "generation": draft.generation,
    }
    if filterable(collection):
        shared |= stored(draft.metadata, {"id": draft.source_id, "mime": draft.mime})
    for chunk in draft.chunks:
        yield {
            "id": f"{draft.id.hex}-{draft.generation}-{chunk.ordinal}",
            **shared,
            "ordinal": chunk.ordinal,
            "dense": np.frombuffer(chunk.vector, dtype="<f4"),
            "lexical": chunk.weights,
        }

"""Finds and removes rows by their document, whatever its generations were."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final
from uuid import UUID

from pymilvus import MilvusClient

from chassis.filters import filterable, under_id
from ingestion.erasing.words import Place

__all__ = ["count", "documents_of", "erase"]

TOGETHER: Final = 100
"""Documents in one expression."""

PORTION: Final = 10_000
"""Rows in one answer."""


def documents_of(client: MilvusClient, seconds: float, place: Place, source_id: str) -> Collection[UUID]:
    """Return the documents with rows under that id; none where rows do not tell it, or not to its end."""
    condition = under_id(source_id)
    if (
        condition is None
        or not filterable(place.collection)
        or not client.has_collection(place.collection, timeout=seconds)
    ):
        return frozenset()
    found: set[UUID] = set()
    asked, looking = f'corpus == "{place.index.hex}" and {condition}', _looking(seconds)
    while rows := client.query(
        place.collection, filter=_without(asked, found), output_fields=["document"], limit=PORTION, **looking
    ):
        found |= {UUID(row["document"]) for row in rows}
    return found


def erase(client: MilvusClient, seconds: float, collection: str, documents: Collection[UUID]) -> None:
    """Remove all rows of these documents, and return when that is durable."""
    if documents and client.has_collection(collection, timeout=seconds):
        for condition in _conditions(documents):
            client.delete(collection, filter=condition, timeout=seconds)
        client.flush(collection, timeout=seconds)


def count(client: MilvusClient, seconds: float, collection: str, documents: Collection[UUID]) -> int:
    """Return how many rows of these documents are found, by a read that sees every write."""
    if not client.has_collection(collection, timeout=seconds):
        return 0
    found = 0
    for condition in _conditions(documents):
        rows = client.query(collection, filter=condition, output_fields=["count(*)"], **_looking(seconds))
        found += int(rows[0]["count(*)"])
    return found


def _looking(seconds: float) -> dict[str, Any]:
    """Return how to look: by a read that sees every write that was answered."""
    return {"timeout": seconds, "consistency_level": "Strong"}


def _without(condition: str, documents: Collection[UUID]) -> str:
    return f"{condition} and document not in [{_listed(documents)}]" if documents else condition


def _conditions(documents: Collection[UUID]) -> Iterator[str]:
    every = sorted(documents)
    for at in range(0, len(every), TOGETHER):
        yield f"document in [{_listed(every[at : at + TOGETHER])}]"


def _listed(documents: Collection[UUID]) -> str:
    return ", ".join(f'"{document.hex}"' for document in documents)

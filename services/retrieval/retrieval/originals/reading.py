"""The rule of originals: who may read a document may read what it was made from, and learns of no other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final, Protocol

from chassis.errors import NotFound
from retrieval.reading import Reading
from retrieval.records import Document, Reader

__all__ = ["PIECE", "LostOriginal", "Originals", "Store"]

PIECE: Final = 256 * 1024
"""Bytes in one message."""


class LostOriginal(NotFound):
    """The store has no such content."""


class Store(Protocol):
    """Keeps originals."""

    def pieces(self, tenant: str, digest: str, size: int) -> AsyncIterator[bytes]:
        """Yield the content in pieces of that size; raise `LostOriginal` or `Unavailable`."""
        ...


class Originals:
    """Reads documents back."""

    def __init__(self, reading: Reading, store: Store) -> None:
        self._reading = reading
        self._store = store

    async def document(self, reader: Reader, corpus: str, source: str) -> Document:
        """Return what is known of the document; raise `NotFound`, whether it is absent or somebody else's."""
        return await self._reading.document(reader, corpus, source)

    def pieces(self, reader: Reader, document: Document) -> AsyncIterator[bytes]:
        """Yield the content of a document that the reader may read; raise `LostOriginal`, `Unavailable`."""
        return self._store.pieces(reader.tenant, document.sha256, PIECE)

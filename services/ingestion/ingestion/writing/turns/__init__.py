"""Who may write when: documents one at a time, and nobody while an index is switched."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from uuid import UUID

from ingestion.writing.turns.doorway import Doorway
from ingestion.writing.turns.locks import Locks
from ingestion.writing.turns.uses import Uses

__all__ = ["Turns", "Uses"]

Document = tuple[UUID, str]
"""The corpus, and the caller's id."""


class Turns:
    """Hands turns out."""

    def __init__(self) -> None:
        self._locks = Locks()
        self._doorway = Doorway()
        self.uses = Uses()
        """Who needs which original."""

    @asynccontextmanager
    async def changing(self, document: Document) -> AsyncIterator[None]:
        """Change a document inside."""
        async with self._doorway.passing(), self._locks.held(document):
            yield

    def rebuilding(self, document: Document) -> AbstractAsyncContextManager[None]:
        """Bring a document into another index inside; it stays what it is."""
        return self._locks.held(document)

    def stillness(self, patience: float) -> AbstractAsyncContextManager[None]:
        """Have nobody change a document inside; raise `TimeoutError` when those who do not end in so many seconds."""
        return self._doorway.closed(patience)

"""How long the documents of a corpus are, asked for once in a while."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from uuid import UUID

from chassis.errors import ServiceError
from ingestion.checking.ports import Signatures
from ingestion.quality.sizes import Sizes

__all__ = ["Usual"]

SECONDS = 30.0
"""For which an answer is good."""

MOST = 1_000
"""Corpora that are remembered."""


class Usual:
    """Remembers what is usual. What is not known for a moment makes no document unusual."""

    def __init__(self, signatures: Signatures, clock: Callable[[], float] = monotonic) -> None:
        self._signatures = signatures
        self._clock = clock
        self._known: dict[UUID, tuple[float, Sizes]] = {}

    async def of(self, corpus: UUID) -> Sizes:
        """Return how long the corpus's documents are."""
        asked, sizes = self._known.get(corpus, (float("-inf"), Sizes()))
        if self._clock() - asked < SECONDS:
            return sizes
        # Those that come while the store is asked make do with the last answer.
        self._remember(corpus, sizes)
        try:
            sizes = await self._signatures.usual(corpus)
        except ServiceError:
            return sizes
        self._remember(corpus, sizes)
        return sizes

    def _remember(self, corpus: UUID, sizes: Sizes) -> None:
        if corpus not in self._known and len(self._known) >= MOST:
            self._known.clear()
        self._known[corpus] = (self._clock(), sizes)

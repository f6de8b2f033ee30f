"""What is shown of what was found: nothing twice, and no document alone while others have something to say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Protocol

from orchestrator.search.distinct import LOOKED_AT, distinct
from orchestrator.search.words import Found, Hit, Query

SHARE: Final = 2
"""A document has at most one of so many places, as long as others fill the rest."""

_LEAST: Final = 3
"""Places that a document may have in the shortest list."""


class Inner(Protocol):
    """Finds chunks."""

    async def search(self, query: Query) -> Found:
        """Return the best chunks, best first."""
        ...


class Showing:
    """Asks for a few more chunks than are wanted, so that there is something to choose from."""

    def __init__(self, searcher: Inner) -> None:
        self._searcher = searcher

    async def search(self, query: Query) -> Found:
        """Find the chunks that are to be shown."""
        found = await self._searcher.search(replace(query, top_k=more(query.top_k)))
        return replace(found, hits=spread(distinct(found.hits), query.top_k))


def more(top_k: int) -> int:
    """Return how many chunks to ask for; never so many that the halves of a search are fused another way."""
    return max(top_k, min(top_k + top_k // 2 + 5, LOOKED_AT))


def spread(hits: Sequence[Hit], top_k: int) -> tuple[Hit, ...]:
    """Return the first hits; what a document has beyond its share comes after all the others."""
    most = max(_LEAST, -(-top_k // SHARE))
    held: Counter[str] = Counter()
    first: list[Hit] = []
    beyond: list[Hit] = []
    for hit in hits:
        held[hit.chunk.document_id] += 1
        (first if held[hit.chunk.document_id] <= most else beyond).append(hit)
    return (*first, *beyond)[:top_k]

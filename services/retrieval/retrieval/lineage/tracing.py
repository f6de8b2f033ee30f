"""The rule of origins: of what the reader may see, and of nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from chassis.errors import NotFound
from retrieval.lineage.words import Lineage
from retrieval.records import Corpus, Reader

__all__ = ["Origins", "Tracing"]


class Origins(Protocol):
    """The store of what is visible."""

    async def opened(self, tenant: str, name: str, terms: Sequence[int]) -> tuple[Corpus, Mapping[int, int]]:
        """Return the corpus and the counts of those terms; raise `NotFound`."""

    async def origin(self, reader: Reader, corpus: Corpus, source: str, ordinal: int | None) -> Lineage | None:
        """Return where the document comes from, if the reader may see it and the live index has it."""


class Tracing:
    """Tells where documents and chunks come from."""

    def __init__(self, origins: Origins) -> None:
        self._origins = origins

    async def lineage(self, reader: Reader, name: str, source: str, ordinal: int | None) -> Lineage:
        """Return where it comes from; raise `NotFound`."""
        corpus, _ = await self._origins.opened(reader.tenant, name, ())
        found = await self._origins.origin(reader, corpus, source, ordinal)
        if found is None:
            raise NotFound("there is no such document in this corpus", reason="UNKNOWN_DOCUMENT")
        if ordinal is not None and found.chunk is None:
            raise NotFound(f"the document has no chunk {ordinal}", reason="UNKNOWN_CHUNK")
        return found

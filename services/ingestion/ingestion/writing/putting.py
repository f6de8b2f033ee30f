"""Puts one document: from the caller's bytes to the acknowledgement."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol, TypeVar

from ingestion.committing.gathering import Gatherer
from ingestion.committing.words import Draft, Known, Removal
from ingestion.corpora.words import Corpus
from ingestion.writing.cutting import Cutter
from ingestion.writing.drafting import Drafting
from ingestion.writing.fingerprint import Prints, prints_of
from ingestion.writing.lookups import Lookups
from ingestion.writing.turns import Turns
from ingestion.writing.vectors.models import TextEmbedder
from ingestion.writing.words import Incoming, Written

__all__ = ["Deleted", "Originals", "Putter", "Stage"]

T = TypeVar("T")

WORTH_A_THREAD = 2**18
"""Bytes; hashing fewer is done sooner than a thread has started."""


class Originals(Protocol):
    """Keeps what callers sent."""

    async def keep(self, tenant: str, digest: str, content: bytes) -> None:
        """Keep the content under its digest; return when it is safe. Keeping it again does nothing."""
        ...


Stage = Callable[[str], AbstractContextManager[None]]
"""Measures a step: find, keep, cut or embed."""

Deleted = tuple[bool, int]
"""Whether the document was visible, and the corpus version from which it is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Putter:
    """Takes documents through all steps. Two writers of the same document take turns."""

    lookups: Lookups
    turns: Turns
    originals: Originals
    cutter: Cutter
    gatherer: Gatherer
    stage: Stage

    async def put(self, corpus: Corpus, document: Incoming, embeddings: TextEmbedder) -> Written:
        """Return once the document is durable and visible.

        Raises `InvalidArgument` when it cannot be read, `Unavailable` when a store or the model is away.
        """
        async with self.turns.changing((corpus.id, document.source_id)):
            with self.gatherer.expecting():
                drafting = await self._known(corpus, document)
                if (known := drafting.unchanged()) is not None:
                    return _unchanged(drafting, known)
                draft = await self._drafted(drafting, embeddings)
                version = await finished(self.gatherer.write(draft))
        return Written(
            source_id=document.source_id,
            generation=draft.generation,
            chunks=len(draft.chunks),
            corpus_version=version,
        )

    async def delete(self, corpus: Corpus, source_id: str) -> Deleted:
        """Return once the document is visible no more."""
        async with self.turns.changing((corpus.id, source_id)):
            corpus, known = await self.lookups.find(corpus, source_id)
            if known is None:
                return False, corpus.version
            with self.gatherer.expecting():
                removal = Removal(corpus=corpus, source_id=source_id, known=known)
                return True, await finished(self.gatherer.remove(removal))

    async def _known(self, corpus: Corpus, document: Incoming) -> Drafting:
        with self.stage("find"):
            prints = await self._prints(document)
            now, known = await self.lookups.find(corpus, document.source_id)
            return Drafting(now, document, prints, known)

    async def _prints(self, document: Incoming) -> Prints:
        if len(document.content) < WORTH_A_THREAD:
            return prints_of(document)
        return await asyncio.to_thread(prints_of, document)

    async def _drafted(self, drafting: Drafting, embeddings: TextEmbedder) -> Draft:
        corpus, document, made_with = drafting.corpus, drafting.document, drafting.corpus.index.settings
        with self.stage("keep"):
            await self.originals.keep(corpus.tenant, drafting.prints.content, document.content)
        with self.stage("cut"):
            cut = await self.cutter.cut(document, made_with.chunking)
        with self.stage("embed"):
            vectors = await embeddings.embed(made_with.embedding, [piece.embedded for piece in cut.pieces])
        return drafting.draft(cut, vectors)


async def finished(commit: Awaitable[T]) -> T:
    """Await a commit to its end even when the caller has gone: the document's lock must be held until it is settled."""
    task = asyncio.ensure_future(commit)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        if not task.cancelled():
            task.exception()  # nobody is left to hear of it
        raise


def _unchanged(drafting: Drafting, known: Known) -> Written:
    return Written(
        source_id=drafting.document.source_id,
        generation=known.generation,
        chunks=known.placement.chunks if known.placement else 0,
        corpus_version=drafting.corpus.version,
        unchanged=True,
    )

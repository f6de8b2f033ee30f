"""Puts one document: from the caller's bytes to the acknowledgement."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol, TypeVar

from ingestion.checking.checker import Checker
from ingestion.checking.held import Held
from ingestion.checking.words import Checked
from ingestion.committing.gathering import Gatherer
from ingestion.committing.words import Known, Removal
from ingestion.corpora.words import Corpus
from ingestion.writing.cutting import Cut, Cutter
from ingestion.writing.drafting import Drafting
from ingestion.writing.fingerprint import Prints, prints_of
from ingestion.writing.lookups import Lookups
from ingestion.writing.room import ensure_room
from ingestion.writing.turns import Turns
from ingestion.writing.vectors.models import TextEmbedder
from ingestion.writing.words import Incoming, Quarantined, Written

__all__ = ["Deleted", "Hold", "Originals", "Putter", "Stage"]

T = TypeVar("T")

WORTH_A_THREAD = 2**18
"""Bytes; hashing fewer is done sooner than a thread has started."""


class Originals(Protocol):
    """Keeps what callers sent."""

    async def keep(self, tenant: str, digest: str, content: bytes) -> None:
        """Keep the content under its digest; return when it is safe. Keeping it again does nothing."""
        ...


class Hold(Protocol):
    """Keeps what is held back."""

    async def hold(self, corpus: Corpus, held: Held) -> None:
        """Keep the document; one of the same id that was held before is replaced. Raises `Unavailable`."""
        ...

    async def drop(self, corpus: Corpus, source_id: str) -> None:
        """Forget the document, if it is held."""
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
    quarantine: Hold
    cutter: Cutter
    checker: Checker
    gatherer: Gatherer
    stage: Stage

    async def put(self, corpus: Corpus, document: Incoming, embeddings: TextEmbedder) -> Written | Quarantined:
        """Return once the document is durable and visible, or durably held back.

        Raises `InvalidArgument` when it cannot be read, `QuotaExceeded` when the corpus may not hold it, `Unavailable`
        when a store or the model is away.
        """
        async with self.turns.changing((corpus.id, document.source_id)):
            with self.gatherer.expecting():
                drafting = await self._known(corpus, document)
                if (known := drafting.unchanged()) is not None:
                    return await self._unchanged(drafting, known)
                ensure_room(drafting)
                # Until the ledger knows of the document, nobody else knows that its original is needed.
                async with self.turns.uses.held((corpus.tenant, drafting.prints.content)):
                    return await self._put(drafting, embeddings)

    async def delete(self, corpus: Corpus, source_id: str, generation: int | None = None) -> Deleted:
        """Return once the document is visible no more; one that has another generation than is asked for stays."""
        async with self.turns.changing((corpus.id, source_id)):
            corpus, known = await self.lookups.find(corpus, source_id)
            if known is not None and generation not in (None, known.generation):
                return False, corpus.version
            if known is None:
                await self.quarantine.drop(corpus, source_id)
                return False, corpus.version
            with self.gatherer.expecting():
                removal = Removal(corpus=corpus, source_id=source_id, known=known)
                return True, await finished(self.gatherer.remove(removal))

    async def _put(self, drafting: Drafting, embeddings: TextEmbedder) -> Written | Quarantined:
        cut = await self._cut(drafting)
        # Later documents are compared with this one until it is visible, or is not going to be.
        async with self.checker.checked(drafting.corpus, drafting.document, cut.looked) as checked:
            if checked.held_back:
                return await self._held(drafting, checked)
            return await self._written(drafting, cut, checked, embeddings)

    async def _known(self, corpus: Corpus, document: Incoming) -> Drafting:
        with self.stage("find"):
            prints = await self._prints(document)
            now, known = await self.lookups.find(corpus, document.source_id)
            return Drafting(now, document, prints, known)

    async def _prints(self, document: Incoming) -> Prints:
        if len(document.content) < WORTH_A_THREAD:
            return prints_of(document)
        return await asyncio.to_thread(prints_of, document)

    async def _cut(self, drafting: Drafting) -> Cut:
        corpus, document = drafting.corpus, drafting.document
        with self.stage("keep"):
            await self.originals.keep(corpus.tenant, drafting.prints.content, document.content)
        with self.stage("cut"):
            look = await self.checker.look(corpus, document)
            return await self.cutter.cut(document, corpus.index.settings.chunking, look)

    async def _held(self, drafting: Drafting, checked: Checked) -> Quarantined:
        await self.quarantine.hold(drafting.corpus, drafting.held(checked))
        return Quarantined(source_id=drafting.document.source_id, checked=checked)

    async def _written(self, drafting: Drafting, cut: Cut, checked: Checked, embeddings: TextEmbedder) -> Written:
        with self.stage("embed"):
            texts = [piece.embedded for piece in cut.pieces]
            vectors = await embeddings.embed(drafting.corpus.index.settings.embedding, texts)
        draft = drafting.draft(cut, vectors)
        return Written(
            source_id=draft.source_id,
            generation=draft.generation,
            chunks=len(draft.chunks),
            corpus_version=await finished(self.gatherer.write(draft)),
            checked=checked,
        )

    async def _unchanged(self, drafting: Drafting, known: Known) -> Written:
        corpus, source_id = drafting.corpus, drafting.document.source_id
        if known.held:
            # Its writer has gone back to what is visible, so the other version waits for nothing.
            await self.quarantine.drop(corpus, source_id)
        return Written(
            source_id=source_id,
            generation=known.generation,
            chunks=known.placement.chunks if known.placement else 0,
            corpus_version=corpus.version,
            unchanged=True,
        )


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

"""Shows what is held back, puts it again when somebody thinks that it is right now, or throws it away."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

from chassis.errors import NotFound, ServiceError
from ingestion.checking.held import Held
from ingestion.checking.words import Author
from ingestion.corpora.words import Corpus
from ingestion.quarantine.mending import Changes
from ingestion.quarantine.ports import HeldBook, Reading
from ingestion.writing.intake import Intake, refusal
from ingestion.writing.words import Incoming, Outcome, Refused

__all__ = ["HeldPage", "Quarantine"]

AT_ONCE: Final = 100
"""Held documents that are read in one question."""


@dataclass(frozen=True, slots=True)
class HeldPage:
    """Some held documents by id."""

    documents: Sequence[Held]
    more: bool
    """Whether others follow."""


class Quarantine:
    """The held documents of any corpus."""

    def __init__(self, book: HeldBook, originals: Reading, intake: Intake) -> None:
        self._book = book
        self._originals = originals
        self._intake = intake

    async def page(self, corpus: Corpus, author: Author, after: str, size: int) -> HeldPage:
        """Return a page of what the author may know of."""
        found = await self._book.page(corpus, author, after, size + 1)
        return HeldPage(found[:size], len(found) > size)

    async def discard(self, corpus: Corpus, author: Author, source_ids: Sequence[str]) -> int:
        """Throw held documents away; return how many there were."""
        return await self._book.discard(corpus, author, source_ids)

    async def replay(
        self, corpus: Corpus, author: Author, source_ids: Sequence[str], changes: Changes
    ) -> AsyncGenerator[Outcome, None]:
        """Put held documents again, all of them when no ids are given; yield what became of each."""
        held = self._named(corpus, author, source_ids) if source_ids else self._all(corpus, author)
        documents = self._again(corpus, author, held, changes)
        async with aclosing(self._intake.outcomes(corpus, documents)) as outcomes:
            async for outcome in outcomes:
                yield outcome

    async def _again(
        self, corpus: Corpus, author: Author, held: AsyncIterator[Held | Refused], changes: Changes
    ) -> AsyncIterator[Incoming | Refused]:
        async for one in held:
            if isinstance(one, Refused):
                yield one
                continue
            try:
                yield changes.made(one, await self._originals.read(corpus.tenant, one.sha256), author)
            except ServiceError as failure:
                yield refusal(one.source_id, failure)

    async def _all(self, corpus: Corpus, author: Author) -> AsyncIterator[Held | Refused]:
        after, more = "", True
        while more:
            page = await self.page(corpus, author, after, AT_ONCE)
            for held in page.documents:
                after = held.source_id
                yield held
            more = page.more

    async def _named(self, corpus: Corpus, author: Author, source_ids: Sequence[str]) -> AsyncIterator[Held | Refused]:
        for at in range(0, len(source_ids), AT_ONCE):
            asked = source_ids[at : at + AT_ONCE]
            found = {held.source_id: held for held in await self._book.some(corpus, author, asked)}
            for source_id in asked:
                missing = NotFound("is not in quarantine", reason="NOT_IN_QUARANTINE")
                yield found.get(source_id) or refusal(source_id, missing)

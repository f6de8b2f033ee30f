"""Asks what is known of documents, many at a time.

One question costs the store about the same for one document as for a hundred. While a question is out, those that come
meanwhile wait and go together in the next.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator
from uuid import UUID

from ingestion.committing.ports import Ledger
from ingestion.committing.words import Known, Look
from ingestion.corpora.creating import unknown
from ingestion.corpora.words import Corpus

__all__ = ["Lookups"]

MOST = 256
"""Documents in one question."""

Found = tuple[Corpus, Known | None]
Answer = asyncio.Future[Found]
Waiting = dict[str, Answer]


class Lookups:
    """Finds documents of any corpus. A document is asked for by one at a time: its writer holds its lock."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._waiting: defaultdict[UUID, Waiting] = defaultdict(dict)
        self._asking: dict[UUID, asyncio.Task[None]] = {}

    async def find(self, corpus: Corpus, source_id: str) -> Found:
        """Return the corpus as it is now and what is visible of the document, or None.

        Raises `NotFound` when the corpus is gone, `Unavailable` when the ledger is away.
        """
        answer: Answer = asyncio.get_running_loop().create_future()
        self._waiting[corpus.id][source_id] = answer
        if corpus.id not in self._asking:
            self._asking[corpus.id] = asyncio.create_task(self._ask(corpus))
        return await answer

    async def _ask(self, corpus: Corpus) -> None:
        while waiting := self._waiting.pop(corpus.id, None):
            asked, rest = list(waiting.items())[:MOST], list(waiting.items())[MOST:]
            if rest:
                self._waiting[corpus.id].update(rest)
            await self._answer(corpus, dict(asked))
        del self._asking[corpus.id]

    async def _answer(self, corpus: Corpus, asked: Waiting) -> None:
        try:
            look = await self._look(corpus, list(asked))
        except Exception as failure:  # noqa: BLE001 - whatever it is, each that asked hears of it
            for answer in _open(asked.values()):
                answer.set_exception(failure)
        else:
            for source_id, answer in asked.items():
                for still in _open([answer]):
                    still.set_result((look.corpus, look.known.get(source_id)))

    async def _look(self, corpus: Corpus, source_ids: list[str]) -> Look:
        look = await self._ledger.find(corpus.id, source_ids)
        if look is None:
            raise unknown(corpus.name)
        return look


def _open(answers: Iterable[Answer]) -> Iterator[Answer]:
    # One whose asker has gone is cancelled.
    return (answer for answer in answers if not answer.done())

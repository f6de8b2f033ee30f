"""Takes a stream of documents in, many at a time, and answers each as it is done.

The stream is read no faster than documents are committed: their number and their bytes on the way are bounded, and the
next message waits outside. When the caller goes away, what is not yet in a commit is dropped.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Protocol

from chassis.errors import (
    Aborted,
    DeadlineExceeded,
    Internal,
    InvalidArgument,
    Overloaded,
    ServiceError,
    Unavailable,
)
from ingestion.corpora.words import Corpus
from ingestion.writing.budget import Budget
from ingestion.writing.putting import Putter
from ingestion.writing.vectors.models import ModelEmbeddings
from ingestion.writing.words import Incoming, Outcome, Refused

__all__ = ["Counter", "Intake", "Limits", "refusal"]


PASSING = (Unavailable, Overloaded, Aborted, DeadlineExceeded)
"""Failures after which the same document may succeed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much may be on its way."""

    documents: int = 512
    """Of one stream; several calls to the model must fit in, and a batch that is being committed."""

    content: int = 64 * 2**20
    """Bytes of all streams together."""


class Counter(Protocol):
    """Who counts outcomes."""

    def outcome(self, outcome: Outcome) -> None:
        """Note how one document ended."""
        ...

    def failed(self, failure: Exception) -> None:
        """Note a mistake of ours, with its cause, for whoever runs this."""
        ...


class Intake:
    """Puts streams of documents."""

    def __init__(
        self, putter: Putter, embeddings: Callable[[], ModelEmbeddings], limits: Limits, counter: Counter
    ) -> None:
        self._putter = putter
        self._embeddings = embeddings
        self._limits = limits
        self._counter = counter
        self._budget = Budget(limits.content)

    async def outcomes(
        self, corpus: Corpus, documents: AsyncIterator[Incoming | Refused]
    ) -> AsyncGenerator[Outcome, None]:
        """Yield one outcome a document, in the order in which they end."""
        done: asyncio.Queue[Outcome | None] = asyncio.Queue()
        slots = asyncio.Semaphore(self._limits.documents)
        reading = asyncio.create_task(self._read(corpus, documents, slots, done))
        try:
            while (outcome := await done.get()) is not None:
                yield outcome
                slots.release()
            await reading
        finally:
            reading.cancel()
            await asyncio.wait([reading])

    async def _read(
        self,
        corpus: Corpus,
        documents: AsyncIterator[Incoming | Refused],
        slots: asyncio.Semaphore,
        done: asyncio.Queue[Outcome | None],
    ) -> None:
        try:
            async with aclosing(self._embeddings()) as embeddings, asyncio.TaskGroup() as group:
                async for document in documents:
                    await slots.acquire()
                    if isinstance(document, Refused):
                        self._end(document, done)
                        continue
                    await self._budget.take(len(document.content))
                    group.create_task(self._put(corpus, document, embeddings, done))
        except ExceptionGroup as failures:
            # A document's own failure is its outcome; this is why the stream could not be read on.
            raise failures.exceptions[0] from None
        finally:
            done.put_nowait(None)

    async def _put(
        self, corpus: Corpus, document: Incoming, embeddings: ModelEmbeddings, done: asyncio.Queue[Outcome | None]
    ) -> None:
        try:
            outcome: Outcome = await self._putter.put(corpus, document, embeddings)
        except ServiceError as failure:
            outcome = refusal(document.source_id, failure)
        except Exception as failure:  # noqa: BLE001 - one document's failure does not touch the others
            self._counter.failed(failure)
            outcome = refusal(document.source_id, Internal("a mistake of ours; the document was not written"))
        finally:
            self._budget.give(len(document.content))
        self._end(outcome, done)

    def _end(self, outcome: Outcome, done: asyncio.Queue[Outcome | None]) -> None:
        self._counter.outcome(outcome)
        done.put_nowait(outcome)


def refusal(source_id: str, failure: ServiceError) -> Refused:
    """Say to the caller why a document was not written."""
    violations = failure.violations if isinstance(failure, InvalidArgument) else ()
    return Refused(
        source_id=source_id,
        reason=failure.message,
        field=violations[0].field if violations else "",
        retryable=isinstance(failure, PASSING),
        word=failure.reason,
    )

"""Putting documents until each has its answer: what passes is tried again, what does not is told."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterable, Awaitable, Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TypeVar

from forebay.ingestion.v1alpha1 import ingestion_pb2 as ingestion

from chassis.errors import Overloaded, Unavailable
from forebay_client.aio import AsyncClient
from forebay_client.documents import Document

T = TypeVar("T")

TRIES = 4
"""In a row without any document settled in between."""

PAUSE = 1.0
"""Seconds before what may be tried again is tried again; doubled each time."""

LONGEST_PAUSE = 30.0
"""Seconds."""

Told = Callable[[ingestion.PutDocumentsResponse], None]


@dataclass(slots=True)
class Tally:
    """What became of the documents."""

    committed: int = 0
    unchanged: int = 0
    chunks: int = 0
    settled: set[str] = field(default_factory=set)
    """Ids that need no further try."""
    refused: dict[str, str] = field(default_factory=dict)
    """Why a document was not written, by its id."""
    others: Counter[str] = field(default_factory=Counter)
    """Outcomes beside committed and refused, by the contract's name; `unknown` is newer than this client."""
    again: set[str] = field(default_factory=set)
    """Ids that were refused in the last pass and may succeed in the next."""

    def count(self, result: ingestion.PutDocumentsResponse) -> None:
        """Add one document's outcome."""
        self.refused.pop(result.document_id, None)
        match result.WhichOneof("outcome"):
            case "refused":
                self.refused[result.document_id] = " ".join(filter(None, (result.refused.field, result.refused.reason)))
                if result.refused.retryable:
                    self.again.add(result.document_id)
                    return
            case "committed" if result.committed.unchanged:
                self.unchanged += 1
            case "committed":
                self.committed += 1
                self.chunks += result.committed.chunks
            case other:
                self.others[other or "unknown"] += 1
        self.settled.add(result.document_id)


async def uploaded(
    putting: AsyncClient,
    corpus: str,
    documents: Callable[[], Iterable[Document] | AsyncIterable[Document]],
    tally: Tally,
    told: Told,
) -> None:
    """Put documents; `documents` starts a pass over those that are not settled, `told` hears each outcome."""
    tries = 0
    while True:
        before, failure = len(tally.settled), None
        tally.again.clear()
        try:
            async with aclosing(putting.put(documents(), corpus=corpus)) as results:
                async for result in results:
                    tally.count(result)
                    told(result)
        except (Unavailable, Overloaded) as passing:
            failure = passing
        tries = 1 if len(tally.settled) > before else tries + 1
        if failure is None and (not tally.again or tries == TRIES):
            return
        await _waited(failure, tries)


async def patiently(work: Callable[[], Awaitable[T]], most: int = TRIES) -> T:
    """Do what passes in the end: `Unavailable` and `Overloaded` are waited out for so many tries."""
    tries = 1
    while True:
        try:
            return await work()
        except (Unavailable, Overloaded) as failure:
            await _waited(failure, tries, most)
        tries += 1


async def _waited(failure: Unavailable | Overloaded | None, tries: int, most: int = TRIES) -> None:
    """Pause before the next try; raise the failure when there were enough."""
    if failure is not None and tries >= most:
        raise failure
    asked = failure.retry_after if failure is not None else None
    await asyncio.sleep(max(asked or 0.0, min(PAUSE * 2 ** (tries - 1), LONGEST_PAUSE)))

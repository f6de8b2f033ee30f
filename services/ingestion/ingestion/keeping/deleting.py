"""Deletes many documents: those that a filter matches, and those that are older than their corpus keeps them.

Documents go portion by portion through the same commits as any other change, each only while it is what was found: one
that is put meanwhile stays. So a deletion that is broken off has done a part, and doing it again does the rest.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from chassis.errors import NotFound
from chassis.filters import Condition
from ingestion.corpora.words import Corpus
from ingestion.keeping.ports import Candidate, Found
from ingestion.writing.putting import Deleted, Putter

__all__ = ["Deleter"]

PORTION: Final = 256
"""Documents that are found, and go, at a time."""


class Deleter:
    """Deletes documents that it finds."""

    def __init__(self, found: Found, putter: Putter, clock: Callable[[], datetime]) -> None:
        self._found = found
        self._putter = putter
        self._clock = clock

    async def matching(self, corpus: Corpus, condition: Condition) -> tuple[int, int]:
        """Delete what matches; return how many documents that were, and the version from which they are gone."""
        deleted, version, after = 0, corpus.version, ""
        while found := await self._found.matching(corpus, condition, after, PORTION):
            ends = await self._delete(found)
            deleted += sum(was_there for was_there, _ in ends)
            version, after = max(version, *(at for _, at in ends)), found[-1].source_id
        return deleted, version

    async def aged(self) -> int:
        """Delete what is too old; return how many documents that were."""
        deleted, now = 0, self._clock()
        while found := await self._found.aged(now, PORTION):
            gone = sum(was_there for was_there, _ in await self._delete(found))
            if not gone:
                break
            deleted += gone
        return deleted

    async def _delete(self, found: Sequence[Candidate]) -> Sequence[Deleted]:
        ends = await asyncio.gather(*map(self._one, found), return_exceptions=True)
        for end in ends:
            if isinstance(end, BaseException):
                raise end
        return [end for end in ends if not isinstance(end, BaseException)]

    async def _one(self, candidate: Candidate) -> Deleted:
        try:
            return await self._putter.delete(candidate.corpus, candidate.source_id, candidate.generation)
        except NotFound:
            return False, candidate.corpus.version  # the corpus was deleted meanwhile

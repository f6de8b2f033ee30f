"""A shelf of corpus versions in memory."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.errors import Unavailable
from fakes.steps import Steps
from ingestion.corpora.words import Corpus


class FakeShelf:
    def __init__(self, steps: Steps | None = None) -> None:
        self.steps = steps or Steps()
        self.versions: dict[str, int] = {}
        self.away = False
        self.puts = 0

    async def put(self, corpus: Corpus, version: int) -> None:
        async with self.steps.call("shelf put"):
            self.puts += 1
            self._there()
            self.versions[corpus.name] = version

    async def drop(self, corpora: Sequence[Corpus]) -> None:
        async with self.steps.call("shelf drop"):
            self._there()
            for corpus in corpora:
                self.versions.pop(corpus.name, None)

    def _there(self) -> None:
        if self.away:
            raise Unavailable("the shelf is away")

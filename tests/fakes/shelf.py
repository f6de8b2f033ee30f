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
        self.run = "1"
        """Another one when it was restarted."""
        self.settled_run = ""

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

    async def fresh(self) -> str:
        async with self.steps.call("shelf fresh"):
            self._there()
            return "" if self.settled_run == self.run else self.run

    async def settled(self, run: str) -> None:
        async with self.steps.call("shelf settled"):
            self._there()
            self.settled_run = run

    async def lost(self, corpora: Sequence[Corpus]) -> Sequence[Corpus]:
        async with self.steps.call("shelf lost"):
            self._there()
            return [corpus for corpus in corpora if corpus.name not in self.versions]

    def restart(self) -> None:
        """Come back with nothing."""
        self.run += "1"
        self.versions.clear()

    def _there(self) -> None:
        if self.away:
            raise Unavailable("the shelf is away")

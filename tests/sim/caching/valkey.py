"""Valkey, as ingestion and gateways see it: it may lose its last moments, and it may lose everything."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from itertools import count

from fakes.answers import FakeAnswers
from gateway.cache.words import Scope, Stamp
from ingestion.corpora.words import Corpus
from sim.world.weather import at_once


class SimValkey(FakeAnswers):
    """A shelf of answers that is told versions as `ingestion.valkey` tells them. Every method is one step."""

    def __init__(self) -> None:
        super().__init__()
        self.run = 0
        self.given = count(1)
        """Tokens of withdrawals."""
        self.tokens: dict[tuple[str, str], tuple[int, int]] = {}
        """The run of the server that was told of a corpus's last withdrawal, and what it was told."""
        self._saved = self._state()

    def drop(self, corpora: Sequence[Corpus], token: int) -> None:
        for corpus in corpora:
            self.tokens[corpus.tenant, corpus.name] = (self.run, token)
            self.shown.pop((corpus.tenant, corpus.name), None)

    def put(self, corpus: Corpus, version: int, token: int) -> None:
        if self.tokens.get((corpus.tenant, corpus.name), (0, 0))[1] == token:
            self.shown[corpus.tenant, corpus.name] = version

    def save(self) -> None:
        """Reach the disk: what happens from now on is lost with the power."""
        self._saved = self._state()

    def restart(self) -> None:
        """Come back as another run, with what had reached the disk."""
        self.run += 1
        self.shown, self.tokens, self.kept, self.notes, self.made, self.purges = deepcopy(self._saved)

    def believes(self, run: int) -> bool:
        """Tell whether a version counts that was withdrawn before under that run."""
        return run == self.run

    def _state(self):
        return deepcopy((self.shown, self.tokens, self.kept, self.notes, self.made, self.purges))

    def _stamp(self, scope: Scope) -> Stamp | None:
        place = scope.tenant, scope.corpus
        version, (run, token) = self.shown.get(place), self.tokens.get(place, (-1, 0))
        if version is None or not self.believes(run):
            return None
        purges = (self.purges.get((scope.tenant, name), 0) for name in ("", scope.corpus))
        return Stamp(version, f"{run}.{token}.{'.'.join(map(str, purges))}")


class Passing:
    """The way to Valkey: every call may be slow, refused, done without an answer, or done late."""

    def __init__(self, valkey: SimValkey, wire) -> None:
        self._valkey = valkey
        self._wire = wire
        self._tokens: dict[tuple[str, str], int] = {}

    def __getattr__(self, name: str):
        async def call(*args):
            method = getattr(self._valkey, name)
            return await self._wire.call(f"{name}", lambda: at_once(method(*args)))

        return call

    async def drop(self, corpora: Sequence[Corpus]) -> None:
        token = next(self._valkey.given)
        for corpus in corpora:
            self._tokens.pop((corpus.tenant, corpus.name), None)
        await self._wire.call("show no version", lambda: self._valkey.drop(corpora, token))
        self._tokens.update({(corpus.tenant, corpus.name): token for corpus in corpora})

    async def put(self, corpus: Corpus, version: int) -> None:
        token = self._tokens.get((corpus.tenant, corpus.name), -1)
        await self._wire.call("show version", lambda: self._valkey.put(corpus, version, token))

"""Valkey, as ingestion and gateways see it: it may lose its last moments, and it may lose everything."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from copy import deepcopy
from itertools import count
from math import inf

from chassis.errors import Unavailable
from fakes.answers import FakeAnswers
from gateway.cache.words import Key, Scope, Stamp
from ingestion.corpora.words import Corpus
from sim.world.weather import at_once

LATEST = 2.0
"""Seconds that a call may arrive late."""


class SimValkey(FakeAnswers):
    """A shelf of answers that is told versions as `ingestion.valkey` tells them. Every method is one step."""

    def __init__(self) -> None:
        super().__init__()
        self.run = 0
        self.given = count(1)
        """Tokens of withdrawals."""
        self.tokens: dict[tuple[str, str], tuple[int, int]] = {}
        """The run of the server that was told of a corpus's last withdrawal, and what it was told."""
        self.noted = ""
        """The run that has been told all."""
        self.died: dict[str, float] = {}
        """When the gateways died that took turns, by their names there."""
        self.refused = 0
        """Claims of turns that another gateway had."""
        self._saved = self._state()

    async def claim(self, key: Key, stamp: Stamp, holder: str, seconds: float) -> str:
        by = await super().claim(key, stamp, holder, seconds)
        self.refused += by != holder
        since = asyncio.get_running_loop().time() - self.died.get(by, inf)
        assert since <= seconds + LATEST, "a gateway that died long ago still has the turn"
        return by

    def fresh(self) -> str:
        return "" if self.noted == str(self.run) else str(self.run)

    def settled(self, run: str) -> None:
        self.noted = run

    def lost(self, corpora: Sequence[Corpus]) -> list[Corpus]:
        return [corpus for corpus in corpora if not self.shows(corpus.tenant, corpus.name)]

    def shows(self, tenant: str, name: str) -> bool:
        """Tell whether a version is shown that is believed."""
        place = tenant, name
        return place in self.shown and self.believes(self.tokens.get(place, (-1, 0))[0])

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
        self.shown, self.tokens, self.kept, self.notes, self.made, self.purges, self.turns = deepcopy(self._saved)

    def believes(self, run: int) -> bool:
        """Tell whether a version counts that was withdrawn before under that run."""
        return run == self.run

    def _state(self):
        return deepcopy((self.shown, self.tokens, self.kept, self.notes, self.made, self.purges, self.turns))

    def _stamp(self, scope: Scope) -> Stamp | None:
        place = scope.tenant, scope.corpus
        if not self.shows(*place):
            return None
        version, (run, token) = self.shown[place], self.tokens[place]
        purges = (self.purges.get((scope.tenant, name), 0) for name in ("", scope.corpus))
        return Stamp(version, f"{run}.{token}.{'.'.join(map(str, purges))}")


class Passing:
    """The way to Valkey: every call may be slow, refused, done without an answer, or done late."""

    def __init__(self, valkey: SimValkey, wire) -> None:
        self._valkey = valkey
        self._wire = wire
        self._tokens: dict[tuple[str, str], int] = {}
        self._holders: set[str] = set()
        self._dead = False

    def die(self) -> None:
        """Reach Valkey no more: whoever called through here is gone, and gives nothing back."""
        self._dead = True
        now = asyncio.get_running_loop().time()
        self._valkey.died.update(dict.fromkeys(self._holders, now))

    async def claim(self, key: Key, stamp: Stamp, holder: str, seconds: float) -> str:
        self._holders.add(holder)
        return await self.__getattr__("claim")(key, stamp, holder, seconds)

    def __getattr__(self, name: str):
        async def call(*args):
            if self._dead:
                raise Unavailable("this gateway is gone")
            method = getattr(self._valkey, name)
            return await self._wire.call(f"{name}", lambda: at_once(method(*args)))

        return call

    async def fresh(self) -> str:
        return await self._wire.call("ask whether it forgot", self._valkey.fresh)

    async def settled(self, run: str) -> None:
        await self._wire.call("note that all is shown", lambda: self._valkey.settled(run))

    async def lost(self, corpora: Sequence[Corpus]) -> Sequence[Corpus]:
        return await self._wire.call("look for lost versions", lambda: self._valkey.lost(corpora))

    async def drop(self, corpora: Sequence[Corpus]) -> None:
        token = next(self._valkey.given)
        for corpus in corpora:
            self._tokens.pop((corpus.tenant, corpus.name), None)
        await self._wire.call("show no version", lambda: self._valkey.drop(corpora, token))
        self._tokens.update({(corpus.tenant, corpus.name): token for corpus in corpora})

    async def put(self, corpus: Corpus, version: int) -> None:
        token = self._tokens.get((corpus.tenant, corpus.name), -1)
        await self._wire.call("show version", lambda: self._valkey.put(corpus, version, token))

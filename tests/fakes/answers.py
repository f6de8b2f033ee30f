"""A shelf of answers in memory, as Valkey keeps them; which version of a corpus is shown is said by the test."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from chassis.errors import Unavailable
from gateway.cache.words import Key, Looked, Scope, Stamp

MOST_NOTES = 32


@dataclass
class FakeAnswers:
    shown: dict[tuple[str, str], int] = field(default_factory=dict)
    """The versions that ingestion shows, by tenant and corpus."""

    away: bool = False
    kept: dict[tuple[str, str, str], tuple[Stamp, bytes]] = field(default_factory=dict)
    notes: dict[tuple[str, str, str], list[tuple[Stamp, bytes]]] = field(default_factory=dict)
    made: dict[str, dict[str, str]] = field(default_factory=dict)
    purges: dict[tuple[str, str], int] = field(default_factory=dict)
    turns: dict[tuple[str, str], tuple[str, float]] = field(default_factory=dict)
    """Who makes which answer, at which state, and until when that holds."""
    looks: int = 0

    async def look(self, key: Key) -> Looked:
        self.looks += 1
        self._there()
        stamp = self._stamp(key.scope)
        kept, value = self.kept.get(_place(key.scope, key.digest), (None, None))
        made = dict(self.made.get(key.scope.tenant, {}))
        return Looked(stamp=stamp, value=value if stamp is not None and kept == stamp else None, made=made)

    async def keep(self, key: Key, stamp: Stamp, value: bytes, made: Mapping[str, str], seconds: float) -> bool:
        self._there()
        self.made.setdefault(key.scope.tenant, {}).update(made)
        if stamp != self._stamp(key.scope):
            return False
        self.kept[_place(key.scope, key.digest)] = (stamp, value)
        return True

    async def claim(self, key: Key, stamp: Stamp, holder: str, seconds: float) -> str:
        self._there()
        now, turn = asyncio.get_running_loop().time(), (key.digest, str(stamp))
        by, until = self.turns.get(turn, (holder, now))
        if by == holder or self.over(until, now):
            self.turns[turn] = (holder, now + seconds)
        return self.turns[turn][0]

    async def release(self, key: Key, stamp: Stamp, holder: str) -> None:
        self._there()
        if self.turns.get((key.digest, str(stamp)), ("", 0))[0] == holder:
            del self.turns[key.digest, str(stamp)]

    def over(self, until: float, now: float) -> bool:
        return until <= now

    async def others(self, scope: Scope, stamp: Stamp) -> list[bytes]:
        self._there()
        return [note for noted, note in self.notes.get(_place(scope, scope.digest), []) if noted == stamp]

    async def note(self, scope: Scope, stamp: Stamp, note: bytes, seconds: float) -> None:
        self._there()
        if stamp == self._stamp(scope):
            noted = self.notes.setdefault(_place(scope, scope.digest), [])
            noted.insert(0, (stamp, note))
            del noted[MOST_NOTES:]

    async def purge(self, tenant: str, corpus: str) -> int:
        self._there()
        self.purges[tenant, corpus] = self.purges.get((tenant, corpus), 0) + 1
        gone = [place for place in self.kept if place[0] == tenant and corpus in ("", place[1])]
        for place in gone:
            del self.kept[place]
        for place in [place for place in self.notes if place[0] == tenant and corpus in ("", place[1])]:
            del self.notes[place]
        return len(gone)

    def _stamp(self, scope: Scope) -> Stamp | None:
        version = self.shown.get((scope.tenant, scope.corpus))
        purges = (self.purges.get((scope.tenant, name), 0) for name in ("", scope.corpus))
        return None if version is None else Stamp(version, ".".join(map(str, purges)))

    def _there(self) -> None:
        if self.away:
            raise Unavailable("the shelf of answers is away")


def _place(scope: Scope, digest: str) -> tuple[str, str, str]:
    return scope.tenant, scope.corpus, digest

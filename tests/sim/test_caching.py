"""No answer is given to whom it is not for, or from before an acknowledged write: in every history."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from dataclasses import replace

import pytest

from chassis.errors import ServiceError
from gateway.cache.cache import Cache, Sight
from gateway.cache.entries import Entry, packed
from gateway.cache.words import Key, Stamp
from sim.caching.history import Failed, run
from sim.caching.plan import Plan
from sim.caching.valkey import SimValkey

WITHIN = 1_000


def lived(seeds, plan=None):
    """Return the first failure, and all that the cache gave."""
    states = set()
    for seed in seeds:
        try:
            states |= run(seed, plan or Plan())[1]
        except Failed as failure:
            return failure, states
    return None, states


@pytest.mark.parametrize("part", range(2))
def test_nothing_leaks_and_nothing_is_stale_in_any_history(part):
    failure, states = lived(range(part * 200, (part + 1) * 200))
    if failure:
        raise failure

    assert states >= {"hit", "near", "miss", ""}


async def publish_before_commit(world, place):
    corpus = world.corpora[place]
    await world.versions.withdraw([corpus])
    await world.versions.publish([corpus], {corpus.id: world.library.committed[place] + 1})
    await asyncio.sleep(world.weather.delay())
    world.library.committed[place] += 1


async def without_withdrawal(world, place):
    world.library.committed[place] += 1
    shown = {place: world.library.committed[place]}
    with suppress(ServiceError):
        await world.wire.call("show version", lambda: world.valkey.shown.update(shown))


class Trusting(Cache):
    """Keeps an answer under the state of now, whatever it was made from."""

    async def keep(self, key: Key, stamp: Stamp, version: int, entry: Entry, seconds: float) -> bool:
        now = (await self._looked(key)).stamp
        return now is not None and await self._shelf.keep(key, now, packed(entry, key.digest), entry.made, seconds)


class Groupless(Cache):
    """Knows no groups."""

    async def look(self, key: Key) -> Sight:
        return await super().look(self._for_all(key))

    async def keep(self, key: Key, stamp: Stamp, version: int, entry: Entry, seconds: float) -> bool:
        return await super().keep(self._for_all(key), stamp, version, entry, seconds)

    def _for_all(self, key: Key) -> Key:
        return replace(key, scope=replace(key.scope, groups=frozenset()))


class Believing(SimValkey):
    """Shows what it remembers, whatever it has forgotten."""

    def believes(self, run: int) -> bool:
        return True


PLANTED = {
    "publish before commit": Plan(commit=publish_before_commit),
    "nothing is withdrawn": Plan(commit=without_withdrawal),
    "kept under the state of now": Plan(cache=Trusting),
    "a server that was restarted is believed": Plan(valkey=Believing),
    "one key for all groups": Plan(cache=Groupless),
}


@pytest.mark.parametrize("bug", PLANTED)
def test_a_planted_bug_is_found(bug):
    failure, _ = lived(range(WITHIN), PLANTED[bug])

    assert failure is not None


def test_a_seed_is_one_history():
    assert run(7)[0] == run(7)[0]


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_nothing_leaks_in_very_many_histories():
    failure, _ = lived(range(1_000_000, 1_000_000 + int(os.environ.get("ROUNDS", "100000"))))
    if failure:
        raise failure

"""How the parts are put together: rightly, unless a test says otherwise."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.cache.cache import Cache
from sim.caching.valkey import SimValkey

if TYPE_CHECKING:
    from sim.caching.history import World


async def commit(world: World, place: tuple[str, str]) -> None:
    """Withdraw, commit, publish: the order of `ingestion.committing.order`."""
    corpus = world.corpora[place]
    await world.versions.withdraw([corpus])
    await asyncio.sleep(world.weather.delay())
    world.library.committed[place] += 1
    await world.versions.publish([corpus], {corpus.id: world.library.committed[place]})


Commit = Callable[["World", tuple[str, str]], Awaitable[None]]


@dataclass(frozen=True)
class Plan:
    """How the parts are put together."""

    commit: Commit = commit
    cache: type[Cache] = Cache
    valkey: type[SimValkey] = SimValkey


REAL = Plan()

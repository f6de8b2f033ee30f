"""How the parts are put together: rightly, unless a test says otherwise."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from gateway.cache.cache import Cache
from ingestion.corpora.words import Corpus
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


class Truth:
    """Where restored versions are read: what is committed now."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def page(self, after: UUID, most: int) -> Sequence[Corpus]:
        return [corpus for corpus in self._world.corpora.values() if corpus.id > after][:most]

    async def versions(self, corpora: Collection[UUID]) -> Mapping[UUID, int]:
        await asyncio.sleep(self._world.weather.delay())
        committed = self._world.library.committed
        return {corpus.id: committed[place] for place, corpus in self._world.corpora.items() if corpus.id in corpora}


@asynccontextmanager
async def still(world: World) -> AsyncIterator[None]:
    """Have nothing committed meanwhile."""
    async with AsyncExitStack() as stack:
        for turn in world.writing.values():
            await stack.enter_async_context(turn)
        yield


Commit = Callable[["World", tuple[str, str]], Awaitable[None]]


@dataclass(frozen=True)
class Plan:
    """How the parts are put together."""

    commit: Commit = commit
    cache: type[Cache] = Cache
    still: Callable[[World], AbstractAsyncContextManager[None]] = still
    valkey: type[SimValkey] = SimValkey


REAL = Plan()

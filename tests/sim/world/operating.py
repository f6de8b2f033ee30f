"""Who looks after the indexes."""

from __future__ import annotations

import asyncio
from functools import partial

from chassis.errors import ServiceError
from ingestion.corpora.words import Chunking
from sim.world.server import CUTS
from sim.world.world import World


class Operator:
    """Builds indexes beside the live one, switches, goes back, drops."""

    def __init__(self, world: World, tenant: str) -> None:
        self._world = world
        self._tenant = tenant

    async def work(self, times: int) -> None:
        """Do so many things, one after the other."""
        dice, number = self._world.dice, 1
        for _ in range(times):
            await asyncio.sleep(dice.random() * 4)
            draw = dice.random()
            try:
                if draw < 0.6:
                    number = await self._begin(dice.choice(CUTS), switches=draw < 0.4)
                elif draw < 0.9:
                    await self._told(f"switches to index {number}", self._world.server.switch_index, number)
                else:
                    await self._told(f"drops index {number}", self._world.server.drop_index, number)
                number = dice.choice((1, number))
            except ServiceError as failure:
                self._world.note("operator", f"is refused: {failure!r}")

    async def _begin(self, cut: Chunking, *, switches: bool) -> int:
        begin = partial(self._world.server.begin_index, switches=switches)
        return await self._told(f"begins an index of {cut}, {switches=}", begin, cut)

    async def _told(self, what, call, *words):
        self._world.note("operator", f"{what} for {self._tenant}")
        return await call(self._tenant, *words)

"""One history of gateways from its seed: clients ask in bad weather, and then it is counted in calm."""

from __future__ import annotations

import asyncio
import random

from structlog.testing import capture_logs

from sim.gateway.world import LEASE, REAL, Plan, World
from sim.world.history import Failed, Log
from sim.world.loop import VirtualLoop
from sim.world.model import Wrong
from sim.world.weather import Weather

CLIENTS = 5


def run(seed: int, plan: Plan = REAL) -> Log:
    """Live through a history and return what happened in it; raise `Failed` when a promise is broken."""
    dice = random.Random(seed)
    loop = VirtualLoop(dice, shuffled=dice.random() < 0.7)
    weather = Weather(dice, dice.choice((0.0, 0.02, 0.05, 0.1)), 1.0)
    world = World(dice, weather, plan)
    try:
        with capture_logs():  # of the many times in which stores are away
            loop.run(_live(world))
        _nobody_stumbled(loop)
    except Exception as why:
        raise Failed(seed, why, world.log) from why
    return world.log


def _nobody_stumbled(loop: VirtualLoop) -> None:
    if loop.troubles:
        raise Wrong(f"nobody caught: {loop.troubles}")


async def _live(world: World) -> None:
    world.start()

    async def client(name: str) -> None:
        for _ in range(4):
            await world.ask(name)
            await asyncio.sleep(world.dice.choice((0.0, 1.0, 20.0)))

    async with asyncio.TaskGroup() as group:
        for number in range(CLIENTS):
            group.create_task(client(f"client {number}"))
    world.weather.calm = True
    await asyncio.sleep(2 * LEASE)  # what is owed is settled, what the dead held runs out
    held, counted = world.standing()
    if held:
        raise Wrong(f"{held} places are taken, and nobody is there")
    world.truth.counted(counted)
    ended = {one: used for process in world.processes for one, used in process.ended.items()}
    world.truth.recorded(world.records.tokens(), ended)
    for process in world.processes:
        process.life.end()
    await asyncio.sleep(1)

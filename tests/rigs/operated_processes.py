"""Control and the gateway as the processes that the embedded stack runs, over a real PostgreSQL; the rest is away."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from chassis.errors import Unauthenticated, Unavailable
from forebay_client import AsyncClient
from forebay_client.stack import wiring
from forebay_client.stack.home import Home
from forebay_client.stack.part import Place
from forebay_client.stack.parts import first, milvus, postgres, receiver, services, valkey
from forebay_client.stack.ports import pick
from forebay_client.stack.supervisor.process import Processes
from rigs.standing import ready

TRITON = {"grpc": 1, "http": 1, "metrics": 1}


class Running:
    """Processes of one place, by name."""

    def __init__(self, place, parts):
        self.place, self.parts = place, {part.name: part for part in parts}
        self.processes, self.up = Processes(), {}
        self.key = place.home.key.read_text().strip()

    async def start(self, name, *, wait=True):
        part = self.parts[name]
        run = partial(self.processes.run, log=self.place.home.log(name))
        await part.prepare(self.place, run)
        if part.once:
            return await run(part.launch(self.place))
        self.up[name] = self.processes.spawn(part.launch(self.place), self.place.home.log(name))
        return await ready(part, self.place, self.up[name]) if wait else None

    async def stop(self, name, number):
        await self.up.pop(name).stop(number, self.parts[name].grace)

    async def ask(self, work, key=None):
        """Ask the gateway as the demo key, or another."""
        async with AsyncClient(self.place.address("gateway", "grpc"), key or self.key, timeout=5) as client:
            return await work(client.admin)

    async def answers(self, failure=None, key=None):
        """Tell whether asking for keys ends so; None is: with keys."""
        try:
            await self.ask(lambda admin: admin.keys(), key)
        except (Unauthenticated, Unavailable) as raised:
            return type(raised) is failure
        return failure is None

    async def until(self, condition, seconds=60.0):
        """Return the seconds until the condition holds."""
        began = time.monotonic()
        async with asyncio.timeout(seconds):
            while not await condition():  # noqa: ASYNC110 - another process brings it about
                await asyncio.sleep(0.02)
        return time.monotonic() - began


@asynccontextmanager
async def running(folder: Path, before: Callable[[str], None] = lambda _dsn: None) -> AsyncIterator[Running]:
    """Run them in that folder until the block ends; `before` finds the database as it was left."""
    ours = [services.part(name, folder / "tokenizer.json") for name in wiring.SERVICES]
    parts = [postgres.PART, milvus.PART, valkey.PART, receiver.PART, services.MIGRATIONS, *ours]
    ports = pick(parts, {}) | dict.fromkeys(wiring.TRITONS, TRITON)
    place = Place(home=Home(folder).made(), ports=ports)
    first.prepare(place.home)
    stack = Running(place, parts)
    try:
        await stack.start("postgres")
        await asyncio.to_thread(before, postgres.dsn(place))
        for name in (services.MIGRATIONS.name, "control"):
            await stack.start(name)
        await stack.start("gateway", wait=False)  # not ready without an orchestrator, but it serves
        await stack.until(stack.answers)
        yield stack
    finally:
        for name in reversed(list(stack.up)):
            await stack.stop(name, stack.parts[name].stop)

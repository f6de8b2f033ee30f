"""Control and the gateway as the processes that the embedded stack runs, over a real PostgreSQL; the rest is away."""

from __future__ import annotations

import asyncio
import signal
import time
from contextlib import asynccontextmanager
from functools import partial

import pytest

from chassis.errors import Unauthenticated, Unavailable
from forebay_client import AsyncClient
from forebay_client.stack import wiring
from forebay_client.stack.home import Home
from forebay_client.stack.part import Place
from forebay_client.stack.parts import first, milvus, postgres, receiver, services, valkey
from forebay_client.stack.ports import pick
from forebay_client.stack.supervisor.process import Processes
from rigs.standing import ready

pytestmark = pytest.mark.xdist_group("control-process")
TRITON = {"grpc": 1, "http": 1, "metrics": 1}
WRONG = f"fb_demo_{'x' * 43}"


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
async def running(folder):
    ours = [services.part(name, folder / "tokenizer.json") for name in wiring.SERVICES]
    parts = [postgres.PART, milvus.PART, valkey.PART, receiver.PART, services.MIGRATIONS, *ours]
    ports = pick(parts, {}) | dict.fromkeys(wiring.TRITONS, TRITON)
    place = Place(home=Home(folder).made(), ports=ports)
    first.prepare(place.home)
    stack = Running(place, parts)
    try:
        for name in ("postgres", services.MIGRATIONS.name, "control"):
            await stack.start(name)
        await stack.start("gateway", wait=False)  # not ready without an orchestrator, but it serves
        await stack.until(stack.answers)
        yield stack
    finally:
        for name in reversed(list(stack.up)):
            await stack.stop(name, stack.parts[name].stop)


async def test_a_key_lives_and_ends_within_a_second_and_control_may_die(tmp_path):
    async with running(tmp_path) as stack:
        assert {"admin", "operator", "read", "write"} == set((await stack.ask(lambda admin: admin.keys()))[0].roles)

        made = await stack.ask(lambda admin: admin.create_key("admin", id="second"))
        assert await stack.until(lambda: stack.answers(key=made.secret)) < 1.0
        await stack.ask(lambda admin: admin.revoke_key("second"))
        assert await stack.until(lambda: stack.answers(Unauthenticated, made.secret)) < 1.0

        await stack.stop("control", signal.SIGKILL)
        assert await stack.answers(Unavailable)
        assert await stack.answers(Unauthenticated, WRONG)
        await stack.stop("gateway", signal.SIGKILL)
        await stack.start("gateway", wait=False)
        await stack.until(lambda: stack.answers(Unauthenticated, WRONG))
        assert await stack.answers(Unavailable)  # known by the snapshot on disk, though control cannot be asked

        await stack.start("control")
        await stack.until(stack.answers)
        revisions = await stack.ask(lambda admin: admin.revisions())
        assert [(one.version, one.actor) for one in revisions] == [(3, "demo"), (2, "demo"), (1, "control")]

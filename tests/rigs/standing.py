"""Real programs for contract tests, started by the code that starts them in the embedded stack."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from forebay_client.stack.home import Home
from forebay_client.stack.part import Part, Place
from forebay_client.stack.ports import pick
from forebay_client.stack.supervisor.process import Process, Processes


@dataclass
class Running:
    """One part that runs, and may be started again at the same place, with what it has kept there."""

    part: Part
    place: Place
    processes: Processes = field(default_factory=Processes)
    process: Process | None = None

    async def start(self) -> None:
        """Start it, and wait until it is ready."""
        self.process = self.processes.spawn(self.part.launch(self.place), self.place.home.log(self.part.name))
        await ready(self.part, self.place, self.process)

    async def stop(self) -> None:
        """Stop it, if it runs."""
        if self.process is not None:
            await self.process.stop(self.part.stop, self.part.grace)


@asynccontextmanager
async def restartable(part: Part) -> AsyncIterator[Running]:
    """Run one part in a temporary folder until the block ends; it is ready when the block begins."""
    with tempfile.TemporaryDirectory(prefix="forebay-rig-") as folder:
        running = Running(part, Place(home=Home(Path(folder)).made(), ports=pick([part], {})))
        log = running.place.home.log(part.name)
        await part.prepare(running.place, partial(running.processes.run, log=log))
        try:
            await running.start()
            yield running
        finally:
            await running.stop()


@asynccontextmanager
async def standing(part: Part) -> AsyncIterator[Place]:
    """Run one part as `restartable` does, for tests that let it run; yield its place."""
    async with restartable(part) as running:
        yield running.place


async def ready(part: Part, place: Place, process: Process) -> None:
    """Wait until the part answers, and fail with its log when it never does."""
    for _ in range(600):
        try:
            return await part.ping(place)
        except Exception:  # noqa: BLE001 - whatever it is, the part is not ready
            await asyncio.sleep(0.1)
        if not process.running:
            break
    raise AssertionError(f"{part.name} did not start:\n{place.home.log(part.name).read_text()}")

"""Real programs for contract tests, started by the code that starts them in the embedded stack."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from forebay_client.stack.home import Home
from forebay_client.stack.part import Part, Place
from forebay_client.stack.ports import pick
from forebay_client.stack.supervisor.process import Process, Processes


@asynccontextmanager
async def standing(part: Part) -> AsyncIterator[Place]:
    """Run one part in a temporary folder until the block ends; it is ready when the block begins."""
    with tempfile.TemporaryDirectory(prefix="forebay-rig-") as folder:
        place = Place(home=Home(Path(folder)).made(), ports=pick([part], {}))
        log, processes = place.home.log(part.name), Processes()
        await part.prepare(place, partial(processes.run, log=log))
        process = processes.spawn(part.launch(place), log)
        try:
            await ready(part, place, process)
            yield place
        finally:
            await process.stop(part.stop, part.grace)


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

"""The stores that our gateway counts and records in, as the embedded stack runs them."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from forebay_client.stack.home import Home
from forebay_client.stack.part import Part, Place
from forebay_client.stack.parts import postgres, valkey
from forebay_client.stack.ports import pick
from forebay_client.stack.supervisor.process import Processes

_TRIES = 600


@asynccontextmanager
async def stores() -> AsyncIterator[Mapping[str, str]]:
    """Run Valkey and PostgreSQL until the block ends; yield the settings that say where they are."""
    parts = (postgres.PART, valkey.PART)
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="forebay-bench-"))
        place = Place(home=Home(Path(folder)).made(), ports=pick(parts, {}))
        for part in parts:
            await stack.enter_async_context(_running(part, place))
        given = {"FOREBAY_POSTGRES_DSN": postgres.dsn(place), "FOREBAY_VALKEY_URL": valkey.url(place)}
        if find_spec("gateway.migrate"):
            command = (sys.executable, "-P", "-m", "gateway.migrate")
            migrating = await asyncio.create_subprocess_exec(*command, env={**os.environ, **given})
            if await migrating.wait():
                raise RuntimeError("the tables of the gateway could not be made")
        yield given


@asynccontextmanager
async def _running(part: Part, place: Place) -> AsyncIterator[None]:
    log, processes = place.home.log(part.name), Processes()
    await part.prepare(place, partial(processes.run, log=log))
    process = processes.spawn(part.launch(place), log)
    try:
        await _ready(part, place)
        yield
    finally:
        await process.stop(part.stop, part.grace)


async def _ready(part: Part, place: Place) -> None:
    for _ in range(_TRIES):
        try:
            return await part.ping(place)
        except Exception:  # noqa: BLE001 - whatever it is, the part is not ready
            await asyncio.sleep(0.1)
    raise RuntimeError(f"{part.name} did not start; {place.home.log(part.name)} says more")

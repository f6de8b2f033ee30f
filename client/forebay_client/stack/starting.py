"""Starts the guardian, which starts the supervisor, and listens to what becomes of it."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from forebay_client.stack.home import Home
from forebay_client.stack.lock import released
from forebay_client.stack.report import PartReport, Progress, Report, StackError
from forebay_client.stack.supervisor import guardian
from forebay_client.stack.supervisor.logs import tail

CLEANING = 90.0
"""Seconds that a failed start has for leaving nothing behind."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be started, and where."""

    home: Home
    plan: str
    env: Mapping[str, str]


async def start(order: Order, progress: Progress) -> Report:
    """Start the stack and return when it is ready. Raises StackError when it does not become so, and leaves nothing."""
    try:
        async with guarded(order) as events:
            return await outcome(order.home, events, progress)
    except BaseException:
        await released(order.home.running, CLEANING)
        raise


async def outcome(home: Home, events: asyncio.StreamReader, progress: Progress) -> Report:
    """Listen until all are ready; raises StackError when that does not come."""
    async for line in events:
        event = json.loads(line)
        if "part" in event:
            progress(PartReport(**event["part"]))
        if "failure" in event:
            raise StackError(event["failure"])
        if event.get("report", {}).get("state") == "running":
            return Report.from_json(event["report"])
    log = home.log("supervisor")
    raise StackError(f"the stack stopped while it started; the end of {log}:\n{tail(log, 15)}")


@asynccontextmanager
async def guarded(order: Order) -> AsyncIterator[asyncio.StreamReader]:
    """Start a guardian; yield what its supervisor tells. A supervisor that is not ready when the block ends stops."""
    hears, ours = os.pipe()
    listening, tells = os.pipe()
    reader = asyncio.StreamReader(limit=2**20)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(listening, "rb", buffering=0)
    )
    try:
        try:
            launch(order, hears, tells)
        finally:
            os.close(hears)
            os.close(tells)
        yield reader
    finally:
        os.close(ours)
        transport.close()


def launch(order: Order, hears: int, tells: int) -> None:
    """Start a guardian with these ends of two pipes; it leaves our session, so it is no child of ours afterwards."""
    home, module = order.home, "forebay_client.stack.supervisor"
    supervisor = [sys.executable, "-P", "-m", module, "--home", str(home.root), "--plan", order.plan]
    command = [sys.executable, "-I", "-S", str(Path(guardian.__file__)), "--home", str(home.root), *supervisor]
    env = {**os.environ, **order.env}
    with home.log("supervisor").open("ab") as log:
        subprocess.run(command, stdin=hears, stdout=tells, stderr=log, env=env, check=True)  # noqa: S603 - our own

"""The faults: how each strikes, and what mends it when the block ends."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial

from forebay_client.stack.lifecycle import status
from rigs.faults.disk import full, replaced
from rigs.faults.ground import Ground, until
from rigs.stack import ROOT

READY = 150.0
"""Seconds for a part to come back."""
LASTING = 2.0, 4.0
"""Seconds that a fault lasts which does not end by itself."""
SENT, VERSIONS = 8, 200
"""Documents of a client that is killed, and of each more versions than it can ever write."""

Fault = Callable[[Ground], AbstractAsyncContextManager[None]]


@asynccontextmanager
async def killed(part: str, ground: Ground) -> AsyncIterator[None]:
    """Kill a process of the stack; the supervisor starts it again."""
    before = status(ground.home).part(part)
    os.kill(before.pid, signal.SIGKILL)
    yield
    await until(lambda: status(ground.home).part(part).restarts > before.restarts, READY, f"{part} was not missed")


@asynccontextmanager
async def client_killed(ground: Ground) -> AsyncIterator[None]:
    """Kill a client in the middle of a stream; what it was told counts."""
    first = max(ground.memory.histories, default=0) + 1
    mine = range(first, first + SENT)
    for number in mine:
        ground.memory.histories[number].sent = VERSIONS
    words = (ground.gateway, ground.corpus, str(first), str(SENT), str(VERSIONS))
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "rigs.faults.sender", *words), cwd=ROOT / "tests", stdin=pipe, stdout=pipe
    )
    try:
        process.stdin.write(f"{ground.stack.key}\n".encode())
        async with asyncio.timeout(READY):
            for _ in range(ground.draws.randint(1, 3 * SENT)):
                _told(ground, await process.stdout.readline())
        await asyncio.sleep(ground.draws.uniform(0, 0.3))
    finally:
        process.kill()
        rest = await process.stdout.read()
        await process.wait()
    for line in rest.splitlines(keepends=True):
        _told(ground, line)
    yield


def _told(ground: Ground, line: bytes) -> None:
    if line.endswith(b"\n"):
        number, operation = map(int, line.split())
        ground.memory.histories[number].acknowledge(operation)
        ground.tally.acknowledged["put by a client that was killed"] += 1


@asynccontextmanager
async def disk_full(ground: Ground) -> AsyncIterator[None]:
    """Leave no room for anything of the stack."""
    with full(ground.home):
        await _last(ground)
        yield


@asynccontextmanager
async def objects_away(ground: Ground) -> AsyncIterator[None]:
    """Put a file where the folder of originals was."""
    with replaced(ground.home / "data" / "objects"):
        await _last(ground)
        yield


async def _last(ground: Ground) -> None:
    await asyncio.sleep(ground.draws.uniform(*LASTING))


PARTS = ("ingestion", "retrieval", "embedding", "milvus", "postgres", "triton-embedding")
FAULTS: Mapping[str, Fault] = {
    **{f"kill {part}": partial(killed, part) for part in PARTS},
    "kill client": client_killed,
    "disk full": disk_full,
    "object store away": objects_away,
}

"""The whole embedded stack under the same treatment as the stand-ins: long, so it runs on demand, with built models."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import time
from pathlib import Path

import pytest

from forebay_client.stack import wiring
from forebay_client.stack.lifecycle import down, status, up
from forebay_client.stack.lock import holders
from rigs.leftovers import gone

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

PARTS = ("postgres", "milvus", "valkey", "receiver", *wiring.TRITONS, *wiring.SERVICES)
STARTER = """
import asyncio, pathlib, sys
from forebay_client.stack.lifecycle import up
asyncio.run(up(pathlib.Path(sys.argv[1])))
"""


async def test_each_part_is_restarted_and_the_stack_starts_again_after_down(tmp_path: Path):
    await up(tmp_path)
    try:
        for name in PARTS:
            os.kill(status(tmp_path).part(name).pid, signal.SIGKILL)
        await restarted(tmp_path)
        await down(tmp_path)
        assert await gone(tmp_path) == []
        assert (await up(tmp_path)).state == "running"
    finally:
        await down(tmp_path)
    assert await gone(tmp_path) == []


async def restarted(home: Path) -> None:
    ends = time.monotonic() + 180
    while time.monotonic() < ends:
        parts = {part.name: part for part in status(home).parts}
        if all(parts[name].restarts and parts[name].state == "ready" for name in PARTS):
            return
        await asyncio.sleep(0.2)
    raise AssertionError(status(home))


@pytest.mark.parametrize("who", ["supervisor", "guardian"])
async def test_nothing_outlives_those_who_hold_it(tmp_path: Path, who: str):
    await up(tmp_path)
    os.kill((await holders(tmp_path / "running.lock"))[who], signal.SIGKILL)

    assert await gone(tmp_path, within=60) == []


@pytest.mark.parametrize("seed", range(6))
async def test_an_up_that_is_killed_at_a_random_moment_leaves_nothing(tmp_path: Path, seed: int):
    starter = await asyncio.create_subprocess_exec(sys.executable, "-c", STARTER, str(tmp_path))
    await asyncio.sleep(random.Random(seed).uniform(0.2, 15))
    starter.kill()
    await starter.wait()
    await asyncio.sleep(1)
    if status(tmp_path).state == "running":  # it was ready before: then it lives on
        await down(tmp_path)

    assert await gone(tmp_path, within=60) == []

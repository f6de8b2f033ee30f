"""A round: under writers and readers each fault strikes once, at moments drawn by chance; then all is looked at."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Mapping

from forebay_client.stack.lifecycle import status
from rigs.faults.audit import audit
from rigs.faults.ground import Ground, ground, until
from rigs.faults.papers import CHUNKING
from rigs.faults.reading import Reader
from rigs.faults.striking import READY, Fault
from rigs.faults.writing import Writer
from rigs.stack import Stack

WRITERS = READERS = 4
BEFORE = 0.3, 1.5
"""Seconds of peace before a fault strikes."""
ON = 2
"""Operations after which somebody surely got on: the first may have been under way before."""


async def round_of(stack: Stack, faults: Mapping[str, Fault], seed: int) -> Ground:
    """Let each fault strike once in an order of the seed; return what was counted and what was broken."""
    async with ground(stack, f"round-{seed}-{time.time_ns()}", seed) as here:
        await here.client.create_corpus(here.corpus, CHUNKING)
        writers = [Writer(here, place, _draws(here)) for place in range(WRITERS)]
        readers = [Reader(here, _draws(here)) for _ in range(READERS)]
        stopped = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            for worker in (*writers, *readers):
                tasks.create_task(worker.work(stopped))
            await _struck(here, faults, (*writers, *readers))
            stopped.set()
        await audit(here)
        return here


async def _struck(here: Ground, faults: Mapping[str, Fault], workers: tuple[Writer | Reader, ...]) -> None:
    await _gone_on(workers)
    for name in here.draws.sample(tuple(faults), len(faults)):
        await asyncio.sleep(here.draws.uniform(*BEFORE))
        here.tally.rounds[name] += 1
        here.tally.doubts.append(here.memory.in_doubt())
        failed = here.tally.failed()
        async with faults[name](here):
            began = time.monotonic()
        await until(lambda: _ready(here), READY, f"after {name} the stack was not ready")
        await _gone_on(workers)
        here.tally.recoveries[name].append(time.monotonic() - began)
        here.tally.felt[name] += here.tally.failed() - failed


def _ready(here: Ground) -> bool:
    return all(part.state in {"ready", "done"} for part in status(here.home).parts)


async def _gone_on(workers: tuple[Writer | Reader, ...]) -> None:
    """Wait until each writer and reader gets on."""
    before = [worker.turns for worker in workers]
    await until(
        lambda: all(worker.turns >= turns + ON for worker, turns in zip(workers, before, strict=True)),
        READY,
        "not everybody got on",
    )


def _draws(here: Ground) -> random.Random:
    return random.Random(here.draws.random())

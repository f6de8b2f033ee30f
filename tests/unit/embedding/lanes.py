"""Lanes over a fake engine, for the tests of lanes."""

from __future__ import annotations

import asyncio
from functools import partial

import numpy as np

from embedding.batching.lane import Lane, LaneLimits
from embedding.batching.pending import Shape

LIMITS = LaneLimits(shape=Shape(tokens=256, rows=16), in_flight=2, gather=0, queue_tokens=100_000)


class Model:
    """Works when it is told to."""

    def __init__(self):
        self.waiting = []

    async def __call__(self, rows):
        self.waiting.append(asyncio.get_running_loop().create_future())
        await self.waiting[-1]

    async def answer(self, which=0, failure=None):
        future = self.waiting.pop(which)
        if failure:
            future.set_exception(failure)
        else:
            future.set_result(None)
        await settled()


async def settled():
    for _ in range(10):
        await asyncio.sleep(0)


def lane_of(engine, limits=LIMITS, **options):
    return Lane(partial(engine.run, "place", urgent=False), limits, **options)


def rows(*numbers, length=1):
    return [[number] * length for number in numbers]


def firsts(vectors):
    return np.frombuffer(vectors.data, "<f4").reshape(vectors.count, vectors.dimension)[:, 0].tolist()


async def asked(lane, *numbers, length=1):
    task = asyncio.create_task(lane.embed(rows(*numbers, length=length)))
    await settled()
    return task

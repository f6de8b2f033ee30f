"""The same cases on a Triton that we made up, and on the real one."""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing, asynccontextmanager

import numpy as np
import pytest
import pytest_asyncio

from chassis import deadline
from chassis.channel import ChannelSettings
from chassis.errors import DeadlineExceeded, Internal, NotFound, Overloaded, Unavailable
from chassis.routing import RoutingSettings
from fakes.triton import FakeTriton, routing_to, serving
from pool.models import models
from pool.settings import PoolSettings, TritonSettings
from rigs.toys import toys

pytestmark = pytest.mark.asyncio(loop_scope="module")


class FakeToys:
    """A made-up Triton that can be killed and started again."""

    def __init__(self):
        self.port = 0

    async def start(self):
        self._serving = serving(FakeTriton(), self.port)
        self.port = await self._serving.__aenter__()

    async def kill(self):
        await self._serving.__aexit__(None, None, None)


@asynccontextmanager
async def fakes():
    triton = FakeToys()
    await triton.start()
    yield triton
    await triton.kill()


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=[fakes, toys], ids=["fake", "real"])
async def triton(request):
    async with request.param() as triton:
        yield triton


@pytest_asyncio.fixture(loop_scope="module")
async def pool(triton):
    settings = PoolSettings(in_flight=64)
    where, quick = f"127.0.0.1:{triton.port}", ChannelSettings(reconnect_interval=0.1)
    judging = RoutingSettings(breaker_least_calls=2, breaker_pause=0.2)
    routing = routing_to("echo", "slow", "count", "broken", "absent", settings=judging)
    async with models(settings, routing, TritonSettings(embedding_target=where), quick) as pool:
        yield pool


def counting(pool, limit, pause=0.0):
    return pool.stream("count", {"limit": np.array([limit], np.int32), "pause": np.array([pause])})


async def read(stream, each=lambda: None):
    async with aclosing(stream) as parts:
        async for _part in parts:
            each()


async def given_up(pool):
    async with aclosing(counting(pool, -1)) as parts:
        return int((await anext(parts))["number"][0])


async def becomes(pool, count):
    for _ in range(100):
        if await given_up(pool) == count:
            return True
        await asyncio.sleep(0.05)
    return False


def slow(pool, seconds):
    return pool.infer("slow", {"seconds": np.array([[seconds]])})


async def test_a_model_answers_and_says_who_it_is(pool):
    inference = await pool.infer("echo", {"x": np.array([1.5, 2.5])}, ["x"])

    assert inference["x"].tolist() == [1.5, 2.5]
    assert (inference.role, inference.pool, inference.model, inference.version) == ("echo", "embedding", "echo", "1")


async def test_a_stream_brings_every_part_in_order_and_ends(pool):
    async with aclosing(counting(pool, 50)) as parts:
        assert [int(part["number"][0]) async for part in parts] == list(range(50))


async def test_streams_do_not_hinder_one_another(pool):
    async def counted(limit):
        async with aclosing(counting(pool, limit, 0.001)) as parts:
            return [int(part["number"][0]) async for part in parts]

    assert await asyncio.gather(*(counted(limit) for limit in range(10))) == [list(range(limit)) for limit in range(10)]


async def test_closing_a_stream_stops_the_model(pool):
    before = await given_up(pool)
    async with aclosing(counting(pool, 10_000, 0.01)) as parts:
        await anext(parts)

    assert await becomes(pool, before + 1)


async def test_cancelling_the_reader_stops_the_model(pool):
    before, begun = await given_up(pool), asyncio.Event()
    reader = asyncio.create_task(read(counting(pool, 10_000, 0.01), begun.set))
    await begun.wait()
    reader.cancel()

    assert await becomes(pool, before + 1)


async def test_the_deadline_of_a_stream_stops_the_model(pool):
    before = await given_up(pool)

    with deadline.within(0.5), pytest.raises(DeadlineExceeded):
        await read(counting(pool, 10_000, 0.01))

    assert await becomes(pool, before + 1)


async def test_a_model_that_fails_is_a_mistake_of_ours(pool):
    with pytest.raises(Internal):
        await pool.infer("broken", {"x": np.zeros(1)})
    with pytest.raises(Internal):
        await anext(pool.stream("broken", {"x": np.zeros(1)}))


async def test_a_model_that_is_not_there_is_unavailable(pool):
    with pytest.raises(Unavailable):
        await pool.infer("absent", {"x": np.zeros(1)})
    with pytest.raises(Unavailable):
        await pool.ready("absent")


async def test_a_role_that_nobody_plays_is_not_found(pool):
    with pytest.raises(NotFound):
        await pool.ready("poet")


async def test_a_model_that_is_there_is_ready(pool):
    await pool.ready("echo")


async def test_more_than_the_queue_holds_is_refused_and_the_rest_is_served(pool):
    ends = await asyncio.gather(*(slow(pool, 0.3) for _ in range(8)), return_exceptions=True)

    refused = [end for end in ends if isinstance(end, Overloaded)]
    assert len(refused) >= 4
    assert all(end.retry_after > 0 for end in refused)
    assert all(end["seconds"].tolist() == [[0.3]] for end in ends if end not in refused)
    await pool.ready("slow")


async def test_the_deadline_ends_a_call(pool):
    began = time.monotonic()

    with deadline.within(0.3), pytest.raises(DeadlineExceeded):
        await slow(pool, 1.0)

    assert time.monotonic() - began < 0.8
    await asyncio.sleep(1.0)


async def test_a_dead_server_is_unavailable_and_its_return_is_noticed(pool, triton):
    await triton.kill()
    for _ in range(4):
        with pytest.raises(Unavailable):
            await pool.infer("echo", {"x": np.zeros(1)})
    await triton.start()
    await asyncio.sleep(0.5)

    assert (await pool.infer("echo", {"x": np.ones(1)}))["x"].tolist() == [1.0]


async def test_a_server_that_dies_in_mid_stream_is_unavailable(pool, triton):
    begun = asyncio.Event()
    reader = asyncio.create_task(read(counting(pool, 10_000, 0.01), begun.set))
    await begun.wait()
    await triton.kill()

    with pytest.raises(Unavailable):
        await reader
    await triton.start()

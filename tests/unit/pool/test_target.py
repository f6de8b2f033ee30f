from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

from chassis.errors import Overloaded, Unavailable
from chassis.routing.breaker import Breaker, BreakerLimits
from chassis.snapshot import Target
from fakes.clock import FakeClock
from pool.calls import Call, Inference
from pool.gate import Gate, GateLimits
from pool.meters import Meters
from pool.target import GuardedTarget

CALL = Call(model="m", version="1", inputs={})
ANSWER = Inference(outputs={}, model="m", version="1")


class Server:
    """Does what it is told, and takes its time by the clock."""

    def __init__(self, clock):
        self._clock = clock
        self.failure = None
        self.asked = 0

    async def infer(self, call):
        self.asked += 1
        self._clock.advance(0.5)
        if self.failure:
            raise self.failure
        return ANSWER

    async def stream(self, call):
        for _ in range(3):
            yield await self.infer(call)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def server(clock):
    return Server(clock)


@pytest.fixture
def reader():
    return InMemoryMetricReader()


@pytest.fixture
def target(server, clock, reader):
    provider = MeterProvider([reader])
    meters = Meters(provider).of(Target(pool="p", model="m", version="1"))
    breaker = Breaker(BreakerLimits(least_calls=2), clock)
    yield GuardedTarget(server, breaker, Gate(GateLimits(in_flight=1), clock), meters, clock)
    provider.shutdown()


def measured(reader):
    (scope,) = reader.get_metrics_data().resource_metrics[0].scope_metrics
    return {metric.name: metric.data.data_points for metric in scope.metrics}


def outcomes(reader):
    return {point.attributes["forebay.outcome"]: point.value for point in measured(reader)["forebay.pool.calls"]}


async def test_every_call_is_counted_by_its_outcome(target, server, reader):
    await target.infer(CALL)
    server.failure = Overloaded("full", reason="MODEL_QUEUE_FULL")
    with pytest.raises(Overloaded):
        await target.infer(CALL)
    server.failure = Unavailable("dead")
    for _ in range(4):
        with pytest.raises(Unavailable):
            await target.infer(CALL)

    assert outcomes(reader) == {"OK": 1, "MODEL_QUEUE_FULL": 1, "UNAVAILABLE": 2, "MODEL_UNAVAILABLE": 2}
    assert server.asked == 4
    assert not target.alive


async def test_a_stream_whose_reader_had_enough_went_well_and_gives_its_turn_back(target, reader):
    async with aclosing(target.stream(CALL)) as parts:
        await anext(parts)

    assert await target.infer(CALL) is ANSWER
    assert outcomes(reader) == {"OK": 2}


async def test_a_stream_whose_reader_is_cancelled_counts_as_cancelled_and_gives_its_turn_back(target, reader):
    read = asyncio.Event()

    async def reading():
        async with aclosing(target.stream(CALL)) as parts:
            await anext(parts)
            read.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(reading())
    await read.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert await target.infer(CALL) is ANSWER
    assert outcomes(reader) == {"CANCELLED": 1, "OK": 1}


async def test_a_probe_whose_reader_had_enough_closes_the_breaker(target, server, clock):
    server.failure = Unavailable("dead")
    for _ in range(4):
        with pytest.raises(Unavailable):
            await target.infer(CALL)
    server.failure = None
    clock.advance(60)

    for _ in range(3):
        async with aclosing(target.stream(CALL)) as parts:
            await anext(parts)

    server.failure = Unavailable("dead")  # one death among four calls; a breaker that is half open would open again
    with pytest.raises(Unavailable):
        await target.infer(CALL)
    assert target.alive


async def test_the_time_to_the_first_answer_is_told_apart_from_the_whole(target, reader):
    async with aclosing(target.stream(CALL)) as parts:
        assert [part async for part in parts] == [ANSWER] * 3

    found = measured(reader)
    assert found["forebay.pool.time_to_first_answer"][0].sum == 0.5
    assert found["forebay.pool.duration"][0].sum == 1.5
    assert found["forebay.pool.queue.wait"][0].sum == 0

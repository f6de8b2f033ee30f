from __future__ import annotations

from contextlib import aclosing

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

from chassis.errors import Overloaded, Unavailable
from chassis.snapshot import Target
from fakes.clock import FakeClock
from pool.breaker import Breaker, BreakerLimits
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


async def test_a_stream_that_is_left_counts_as_cancelled_and_gives_its_turn_back(target, reader):
    async with aclosing(target.stream(CALL)) as parts:
        await anext(parts)

    assert await target.infer(CALL) is ANSWER
    assert outcomes(reader) == {"CANCELLED": 1, "OK": 1}


async def test_the_time_to_the_first_answer_is_told_apart_from_the_whole(target, reader):
    async with aclosing(target.stream(CALL)) as parts:
        assert [part async for part in parts] == [ANSWER] * 3

    found = measured(reader)
    assert found["forebay.pool.time_to_first_answer"][0].sum == 0.5
    assert found["forebay.pool.duration"][0].sum == 1.5
    assert found["forebay.pool.queue.wait"][0].sum == 0

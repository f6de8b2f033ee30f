from __future__ import annotations

import asyncio
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis import deadline
from chassis.errors import Aborted, Internal, Overloaded, Unavailable
from embedding.batching.lane import Lane, LaneLimits
from embedding.batching.pending import Shape
from fakes.clock import FakeClock
from fakes.engine import FakeEngine

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


async def test_a_lone_request_goes_at_once():
    engine = FakeEngine()
    await asked(lane_of(engine, LaneLimits(gather=60)), 1)

    assert engine.batches == [[[1]]]


async def test_what_arrives_while_the_model_works_goes_together():
    model = Model()
    engine = FakeEngine(model)
    lane = lane_of(engine, LaneLimits(in_flight=1))
    tasks = [await asked(lane, number) for number in range(5)]

    await model.answer()
    await model.answer()

    assert engine.batches == [[[0]], [[1], [2], [3], [4]]]
    assert [firsts(await task) for task in tasks] == [[0], [1], [2], [3], [4]]


async def test_a_batch_that_is_not_full_waits_a_moment_for_company():
    model = Model()
    engine = FakeEngine(model)
    lane = lane_of(engine)
    await asked(lane, 0)
    asyncio.create_task(lane.embed(rows(1)))  # noqa: RUF006 - the lane holds it
    asyncio.create_task(lane.embed(rows(2)))  # noqa: RUF006 - the lane holds it
    await asyncio.sleep(0.001)

    assert engine.batches == [[[0]], [[1], [2]]]


async def test_a_batch_that_fails_fails_its_own_requests_alone():
    model = Model()
    lane = lane_of(FakeEngine(model))
    first = await asked(lane, *range(16), length=16)
    second = await asked(lane, *range(16), length=16)

    await model.answer(0, Internal("broken"))
    await model.answer(0)

    with pytest.raises(Internal):
        await first
    assert firsts(await second) == list(range(16))


async def test_a_request_that_failed_leaves_nothing_behind():
    model = Model()
    engine = FakeEngine(model)
    lane = lane_of(engine, LaneLimits(shape=Shape(tokens=16), in_flight=1))
    task = await asked(lane, *range(10), length=16)

    await model.answer(0, Unavailable("dead"))

    with pytest.raises(Unavailable):
        await task
    assert len(engine.batches) == 1


async def test_a_caller_that_goes_away_harms_nobody_who_shares_its_batch():
    model = Model()
    lane = lane_of(FakeEngine(model), LaneLimits(in_flight=1))
    await asked(lane, 0)
    gone, stays = await asked(lane, 1), await asked(lane, 2)
    await model.answer()

    gone.cancel()
    await settled()
    await model.answer()

    assert firsts(await stays) == [2]
    assert gone.cancelled()


async def test_a_batch_that_nobody_waits_for_is_stopped():
    engine = FakeEngine(Model())
    task = await asked(lane_of(engine), 1)

    task.cancel()
    await settled()

    assert engine.cancelled == 1


async def test_what_was_not_started_is_not_started_for_a_caller_that_went_away():
    model = Model()
    engine = FakeEngine(model)
    lane = lane_of(engine, LaneLimits(in_flight=1))
    await asked(lane, 0)
    gone = await asked(lane, 1)

    gone.cancel()
    await settled()
    await model.answer()

    assert engine.batches == [[[0]]]


async def test_a_batch_given_up_from_outside_is_told_to_its_callers():
    async def given_up(_rows):
        raise asyncio.CancelledError

    with pytest.raises(Unavailable):
        await lane_of(FakeEngine(given_up)).embed(rows(1))


async def test_too_much_waiting_is_refused():
    lane = lane_of(FakeEngine(Model()), LaneLimits(in_flight=1, queue_tokens=8))
    for number in range(2):
        await asked(lane, number, length=9)

    with pytest.raises(Overloaded) as caught:
        await lane.embed(rows(9))

    assert caught.value.retry_after > 0


async def test_what_cannot_be_reached_in_time_is_refused_at_once():
    clock, model = FakeClock(), Model()
    lane = lane_of(FakeEngine(model), LaneLimits(in_flight=1), clock=clock)
    await asked(lane, 0)
    clock.advance(8)
    await model.answer()
    await asked(lane, 0)
    await asked(lane, 1)

    with deadline.within(5), pytest.raises(Overloaded) as caught:
        await lane.embed(rows(9))

    assert caught.value.retry_after == 8


async def test_a_batch_has_the_time_of_its_most_patient_caller():
    left = []

    async def look(_rows):
        left.append(deadline.remaining())
        await asyncio.sleep(0)

    lane = lane_of(FakeEngine(look), LaneLimits(in_flight=1))
    with deadline.within(1):
        one = asyncio.create_task(lane.embed(rows(1)))
        two = asyncio.create_task(lane.embed(rows(2)))
    with deadline.within(50):
        three = asyncio.create_task(lane.embed(rows(3)))
    await asyncio.gather(one, two, three)

    assert 0 < left[0] <= 1
    assert 40 < left[1] <= 50


async def test_vectors_of_two_versions_are_never_mixed():
    model = Model()
    engine = FakeEngine(model)
    task = await asked(lane_of(engine, LaneLimits(shape=Shape(tokens=8), in_flight=1)), 1, 2, length=8)
    await model.answer()
    engine.version = "2"
    await model.answer()

    with pytest.raises(Aborted):
        await task


CALLER = st.fixed_dictionaries(
    {
        "lengths": st.lists(st.integers(1, 40), min_size=1, max_size=30),
        "starts": st.integers(0, 20),
        "gives_up": st.none() | st.integers(0, 20),
    }
)


@given(st.lists(CALLER, max_size=10), st.randoms(use_true_random=False), st.booleans())
def test_order_is_kept_and_each_text_is_embedded_once(callers, random, breaks):
    asyncio.run(told(callers, random, breaks))


async def told(callers, random, breaks):
    async def working(_rows):
        for _ in range(random.randrange(6)):
            await asyncio.sleep(0)
        if breaks and random.random() < 0.2:
            raise Internal("broken")

    engine = FakeEngine(working)
    lane = lane_of(engine)
    ends = await asyncio.gather(*(called(lane, index, caller) for index, caller in enumerate(callers)))

    sent = [row[0] for batch in engine.batches for row in batch]
    assert len(sent) == len(set(sent))
    assert engine.most_at_once <= LIMITS.in_flight
    for caller, (asked_for, end) in zip(callers, ends, strict=True):
        if end is None:
            assert breaks or caller["gives_up"] is not None
        else:
            assert firsts(end) == [row[0] for row in asked_for]
            assert set(firsts(end)) <= set(sent)


async def called(lane, index, caller):
    asked_for = [[index * 1000 + place] * length for place, length in enumerate(caller["lengths"])]
    for _ in range(caller["starts"]):
        await asyncio.sleep(0)
    task = asyncio.create_task(lane.embed(asked_for))
    if caller["gives_up"] is not None:
        for _ in range(caller["gives_up"]):
            await asyncio.sleep(0)
        task.cancel()
    (end,) = await asyncio.gather(task, return_exceptions=True)
    return asked_for, None if isinstance(end, BaseException) else end

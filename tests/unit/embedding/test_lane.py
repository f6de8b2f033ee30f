from __future__ import annotations

import asyncio

import pytest

from chassis import deadline
from chassis.errors import Aborted, Internal, Overloaded, Unavailable
from embedding.batching.lane import LaneLimits
from embedding.batching.pending import Shape
from fakes.clock import FakeClock
from fakes.engine import FakeEngine
from unit.embedding.lanes import Model, asked, firsts, lane_of, rows, settled


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

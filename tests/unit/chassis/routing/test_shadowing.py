from __future__ import annotations

import asyncio

import pytest

from chassis import deadline
from chassis.errors import Unavailable
from chassis.routing import shadowed, shadowing
from chassis.routing.meters import Meters
from chassis.routing.shadowing import Budget, Shadowing
from chassis.snapshot import Shadow
from fakes.clock import FakeClock


def shadow(**fields):
    return Shadow(pool="p", model="m", **({"share": 1, "in_flight": 100, "per_second": 10} | fields))


def taken(budget, times=1000):
    return sum(budget.take() for _ in range(times))


def test_no_more_than_so_many_a_second():
    clock = FakeClock()
    budget = Budget(shadow(in_flight=10_000 // 10), clock)

    assert taken(budget) == 10
    clock.advance(0.5)
    assert taken(budget) == 5
    clock.advance(60)
    assert taken(budget) == 10


def test_less_than_one_a_second_is_one_now_and_then():
    clock = FakeClock()
    budget = Budget(shadow(per_second=0.1), clock)

    assert taken(budget) == 1
    clock.advance(9)
    assert taken(budget) == 0
    clock.advance(1)
    assert taken(budget) == 1


def test_no_more_than_so_many_at_once():
    budget = Budget(shadow(in_flight=3), FakeClock())

    assert taken(budget) == 3
    budget.give_back()
    assert taken(budget) == 1


def test_a_share_of_the_calls():
    draws = iter([0.05, 0.5, 0.099, 0.1])
    budget = Budget(shadow(share=0.1), FakeClock(), lambda: next(draws))

    assert [budget.take() for _ in range(4)] == [True, False, True, False]


@pytest.fixture
def calls():
    one = shadow(seconds=0.5)
    return Shadowing(one, Meters().of("model/r", one, shadow=True))


async def test_its_call_has_a_mark_and_a_time_of_its_own(calls):
    seen = []

    async def call():
        seen.append((shadowed(), deadline.remaining()))

    with deadline.within(0.001):
        calls.offer(call)
    await asyncio.sleep(0.01)

    ((marked, left),) = seen
    assert marked
    assert 0.4 < left <= 0.5
    assert not shadowed()


async def test_a_shadow_has_no_shadow(calls):
    async def call():
        raise AssertionError("nobody calls this")

    shadowing.begin(shadow=True)
    calls.offer(call)
    await asyncio.sleep(0)


async def test_its_failure_is_nobodys_and_is_tried_once(calls):
    tries = 0

    async def call():
        nonlocal tries
        tries += 1
        raise Unavailable("gone")

    calls.offer(call)
    await calls.aclose()
    await asyncio.sleep(0.01)

    assert tries <= 1


async def test_what_is_under_way_ends_when_it_is_closed(calls):
    ended = asyncio.Event()
    begun = asyncio.Event()

    async def call():
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    calls.offer(call)
    await begun.wait()
    await calls.aclose()

    assert ended.is_set()

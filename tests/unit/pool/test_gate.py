from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis import deadline
from chassis.errors import DeadlineExceeded, Overloaded
from fakes.clock import FakeClock
from pool.gate import Gate, GateLimits


async def settled():
    for _ in range(10):
        await asyncio.sleep(0)


class Caller:
    """Stands in the gate until it is told to leave."""

    def __init__(self, gate, seen):
        self._gate = gate
        self._seen = seen
        self.leave = asyncio.Event()
        self.task = asyncio.create_task(self._call())

    async def _call(self):
        async with self._gate.entered():
            self._seen.append(self)
            await self.leave.wait()


async def test_no_more_calls_are_in_flight_than_allowed_and_the_rest_wait_in_order():
    gate, seen = Gate(GateLimits(in_flight=2, queue=2)), []
    callers = [Caller(gate, seen) for _ in range(4)]
    await settled()
    assert seen == callers[:2]
    assert gate.waiting == 2

    callers[1].leave.set()
    await settled()
    assert seen == callers[:3]

    for caller in callers:
        caller.leave.set()
    await asyncio.gather(*(caller.task for caller in callers))


async def test_one_more_than_may_wait_is_refused_with_a_time_to_come_back():
    gate, seen = Gate(GateLimits(in_flight=1, queue=0)), []
    caller = Caller(gate, seen)
    await settled()

    with pytest.raises(Overloaded) as caught:
        async with gate.entered():
            pass

    assert caught.value.retry_after > 0
    caller.leave.set()
    await caller.task


async def test_what_cannot_be_reached_in_time_is_refused_at_once():
    clock = FakeClock()
    gate, seen = Gate(GateLimits(in_flight=1, queue=10), clock), []
    async with gate.entered():
        clock.advance(10)
    caller = Caller(gate, seen)
    await settled()

    with deadline.within(1), pytest.raises(Overloaded):
        async with gate.entered():
            pass

    caller.leave.set()
    await caller.task


async def test_nobody_waits_past_the_deadline():
    gate, seen = Gate(GateLimits(in_flight=1, queue=10)), []
    caller = Caller(gate, seen)
    await settled()

    with deadline.within(0.01), pytest.raises(DeadlineExceeded):
        async with gate.entered():
            pass

    assert gate.waiting == 0
    caller.leave.set()
    await caller.task


@given(st.lists(st.sampled_from(["come", "leave", "cancel"]), max_size=40))
def test_no_place_is_ever_lost(story):
    asyncio.run(told(story))


async def told(story):
    gate, seen, callers = Gate(GateLimits(in_flight=2, queue=100)), [], []
    for act in story:
        if act == "come":
            callers.append(Caller(gate, seen))
        elif act == "leave" and seen:
            seen.pop(0).leave.set()
        elif act == "cancel" and callers:
            callers.pop(len(callers) // 2).task.cancel()
        if len(callers) % 2:
            await asyncio.sleep(0)
    for caller in [*callers, *seen]:
        caller.leave.set()
    await asyncio.wait_for(asyncio.gather(*(caller.task for caller in callers), return_exceptions=True), 5)

    async with gate.entered(), gate.entered():
        assert gate.waiting == 0


async def test_a_turn_that_comes_after_it_was_given_up_is_passed_over():
    gate, seen = Gate(GateLimits(in_flight=1, queue=2)), []
    first, second, third = (Caller(gate, seen) for _ in range(3))
    await settled()

    first.leave.set()
    await asyncio.sleep(0)  # the first is about to leave
    second.task.cancel()
    await settled()

    assert second.task.cancelled()
    assert seen == [first, third]
    third.leave.set()
    await third.task
    assert gate.waiting == 0

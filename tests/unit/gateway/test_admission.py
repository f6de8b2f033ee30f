from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest

from chassis.deadline import within
from chassis.errors import Overloaded
from chassis.snapshot import Priority
from fakes.clock import FakeClock
from gateway.admission.admission import Admission
from gateway.admission.sizing import Fixed

USUAL = Priority.STANDARD


async def held(admission: Admission, calls: int, stack: AsyncExitStack, tenant: str = "acme") -> None:
    for _ in range(calls):
        await stack.enter_async_context(admission.admitted(tenant, USUAL))


async def test_the_call_beyond_size_and_line_is_refused_and_told_when_to_come_back():
    admission = Admission(Fixed(2), longest=0)
    async with AsyncExitStack() as stack:
        await held(admission, 2, stack)
        with pytest.raises(Overloaded) as caught:
            await held(admission, 1, stack)

    assert caught.value.retry_after > 0
    assert admission.under_way == 0


@pytest.mark.parametrize("failure", [ValueError, KeyboardInterrupt, GeneratorExit])
async def test_a_place_is_given_back_however_the_call_ends(failure):
    admission = Admission(Fixed(1), longest=0)

    with pytest.raises(failure):
        async with admission.admitted("acme", USUAL):
            raise failure

    assert admission.under_way == 0


async def test_calls_that_wait_are_served_as_places_become_free():
    admission, served = Admission(Fixed(1), longest=8), []

    async def ask(name: str, tenant: str, priority: Priority = USUAL) -> None:
        async with admission.admitted(tenant, priority):
            served.append(name)

    async with admission.admitted("greedy", USUAL):
        waiting = [asyncio.create_task(ask(f"greedy {n}", "greedy")) for n in range(3)]
        await asyncio.sleep(0)
        waiting.append(asyncio.create_task(ask("modest", "modest")))
        waiting.append(asyncio.create_task(ask("batch", "other", Priority.BATCH)))
        waiting.append(asyncio.create_task(ask("urgent", "greedy", Priority.INTERACTIVE)))
        await asyncio.sleep(0)
        assert admission.waiting == 6
    await asyncio.gather(*waiting)

    assert served == ["urgent", "modest", "greedy 0", "greedy 1", "greedy 2", "batch"]
    assert (admission.under_way, admission.waiting) == (0, 0)


async def test_a_call_that_is_given_up_leaves_the_line_and_no_place_is_lost():
    admission = Admission(Fixed(1), longest=8)

    async def ask() -> None:
        async with admission.admitted("acme", USUAL):
            pass

    async with admission.admitted("acme", USUAL):
        waiting = [asyncio.create_task(ask()) for _ in range(3)]
        await asyncio.sleep(0)
        waiting[1].cancel()
        await asyncio.sleep(0)
        assert admission.waiting == 2
    waiting[0].cancel()  # in the moment in which its turn has come
    ended = await asyncio.gather(*waiting, return_exceptions=True)

    assert [type(each) for each in ended] == [asyncio.CancelledError, asyncio.CancelledError, type(None)]
    assert (admission.under_way, admission.waiting) == (0, 0)


async def test_a_call_that_cannot_be_served_in_time_is_refused_at_once():
    clock = FakeClock()
    admission = Admission(Fixed(1), 8, clock)
    async with admission.admitted("acme", USUAL):
        clock.advance(5.0)

    async with admission.admitted("acme", USUAL):
        with within(4.0), pytest.raises(Overloaded):
            async with admission.admitted("acme", USUAL):
                pass


async def test_slow_calls_make_the_others_wait_longer():
    clock = FakeClock()
    admission = Admission(Fixed(1), 0, clock)

    async def wait() -> float:
        async with admission.admitted("acme", USUAL):
            with pytest.raises(Overloaded) as caught:
                async with admission.admitted("acme", USUAL):
                    pass
        return caught.value.retry_after

    before = await wait()
    for _ in range(20):
        async with admission.admitted("acme", USUAL):
            clock.advance(20.0)

    assert before < await wait() <= 30.0


async def test_what_took_no_work_teaches_nothing():
    clock = FakeClock()
    admission = Admission(Fixed(1), 0, clock)
    async with admission.admitted("acme", USUAL) as turn:
        clock.advance(100.0)
        turn.work = 0

    async with admission.admitted("acme", USUAL):
        with pytest.raises(Overloaded) as caught:
            async with admission.admitted("acme", USUAL):
                pass

    assert caught.value.retry_after < 1

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest

from chassis.deadline import within
from chassis.errors import Overloaded
from chassis.snapshot import Priority
from fakes.clock import FakeClock
from gateway.admission.admission import Admission
from gateway.admission.refusal import TooManyCalls, Why
from gateway.admission.sizing import Fixed
from gateway.admission.waiting import Queue

USUAL = Priority.STANDARD


async def held(admission: Admission, calls: int, stack: AsyncExitStack, tenant: str) -> None:
    for _ in range(calls):
        await stack.enter_async_context(admission.admitted(tenant, USUAL))


async def over_and_over(admission: Admission, tenant: str, calls: int) -> None:
    """Ask without waiting, beside calls that take every place."""
    for _ in range(calls):
        with within(0.0), pytest.raises(Overloaded):
            await held(admission, 1, AsyncExitStack(), tenant)


async def waited(admission: Admission, tenant: str) -> float:
    """Return the seconds after which the call was refused."""
    begun = asyncio.get_running_loop().time()
    with pytest.raises(TooManyCalls) as caught:
        await held(admission, 1, AsyncExitStack(), tenant)
    assert caught.value.why is Why.WAITED
    return asyncio.get_running_loop().time() - begun


async def test_in_a_line_that_stands_only_those_who_make_it_stand_have_little_patience():
    clock = FakeClock()
    admission = Admission(Fixed(2), 8, clock)
    async with AsyncExitStack() as stack:
        await held(admission, 2, stack, "greedy")
        await over_and_over(admission, "greedy", 20)
        clock.advance(1.0)
        greedy, modest = await asyncio.gather(waited(admission, "greedy"), waited(admission, "modest"))

    assert 0.04 < greedy < 0.15
    assert modest > 0.18


async def test_a_tenant_that_asked_too_much_is_forgiven_with_time():
    clock = FakeClock()
    admission = Admission(Fixed(2), 8, clock)
    async with AsyncExitStack() as stack:
        await held(admission, 2, stack, "greedy")
        await over_and_over(admission, "greedy", 20)
        clock.advance(3600.0)

        assert await waited(admission, "greedy") > 0.18


async def test_whoever_asks_for_their_part_goes_before_equals_that_ask_for_more():
    queue = Queue()
    queue.passing("modest")  # so that its turn would come later
    greedy = queue.join("greedy", USUAL, greedy=True)
    modest = queue.join("modest", USUAL, greedy=False)
    urgent = queue.join("greedy", Priority.INTERACTIVE, greedy=True)
    served = []

    while waiting := queue.next:
        queue.call(waiting)
        served.append(waiting)

    assert served == [urgent, modest, greedy]


async def test_from_a_full_line_goes_the_newest_call_of_the_tenant_that_has_most_in_it():
    admission = Admission(Fixed(1), longest=3)
    ended: list[str] = []

    async def ask(name: str, tenant: str, priority: Priority = USUAL) -> None:
        try:
            async with admission.admitted(tenant, priority):
                ended.append(name)
        except TooManyCalls as refusal:
            ended.append(f"{name}: {refusal.why}")

    async def come(name: str, tenant: str, priority: Priority = USUAL) -> None:
        calls.create_task(ask(name, tenant, priority))
        for _ in range(3):  # until whoever lost a place knows it
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as calls, admission.admitted("greedy", USUAL):
        for number in range(4):
            await come(f"greedy {number}", "greedy")
        await come("modest 0", "modest")
        await come("modest 1", "modest")
        await come("modest batch", "modest", Priority.BATCH)
        await come("urgent", "modest", Priority.INTERACTIVE)
        refused, ended[:] = list(ended), []

    assert refused == ["greedy 3: full", "greedy 2: full", "modest 1: full", "modest batch: full", "greedy 1: full"]
    assert ended == ["urgent", "greedy 0", "modest 0"]


async def test_what_a_greedy_tenant_has_in_line_makes_no_call_of_another_late():
    clock = FakeClock()
    admission = Admission(Fixed(1), 16, clock)
    async with admission.admitted("acme", USUAL):
        clock.advance(1.0)

    async def ask(tenant: str) -> Why | None:
        try:
            with within(4.5):
                async with admission.admitted(tenant, USUAL):
                    return None
        except TooManyCalls as refusal:
            return refusal.why

    async with asyncio.TaskGroup() as calls, admission.admitted("greedy", USUAL):
        greedy = [calls.create_task(ask("greedy")) for _ in range(6)]
        await asyncio.sleep(0)
        modest = calls.create_task(ask("modest"))
        await asyncio.sleep(0)

    assert [task.result() for task in greedy] == [None, None, None, Why.LATE, Why.LATE, Why.LATE]
    assert modest.result() is None


async def test_a_place_is_kept_free_for_those_who_ask_for_their_part_alone():
    clock = FakeClock()
    admission = Admission(Fixed(4), 0, clock)
    async with AsyncExitStack() as stack:
        await held(admission, 1, stack, "modest")
        await held(admission, 3, stack, "greedy")
        await over_and_over(admission, "greedy", 20)
    clock.advance(1.0)

    async with AsyncExitStack() as stack:
        await held(admission, 3, stack, "greedy")
        with pytest.raises(TooManyCalls):
            await held(admission, 1, stack, "greedy")
        await held(admission, 1, stack, "modest")

        assert admission.under_way == 4

"""The world that histories happen in keeps its own promises."""

from __future__ import annotations

import asyncio
import random

import pytest

from chassis.errors import Unavailable
from sim.world.life import Life
from sim.world.loop import Stuck, VirtualLoop
from sim.world.weather import Weather, Wire


def in_a_world(coro, **more):
    return VirtualLoop(random.Random(1), **more).run(coro)


def test_an_hour_takes_no_time_and_everything_happens_when_it_is_due():
    async def story():
        clock, told = asyncio.get_running_loop().time, []

        async def after(seconds):
            await asyncio.sleep(seconds)
            told.append(clock())

        await asyncio.gather(after(3600), after(2), after(60))
        return told

    assert in_a_world(story()) == [2, 60, 3600]


def test_what_is_ready_runs_in_another_order_with_another_seed():
    async def story():
        told = []

        async def tell(name):
            told.append(name)

        await asyncio.gather(*map(tell, "abcdef"))
        return "".join(told)

    orders = {VirtualLoop(random.Random(seed)).run(story()) for seed in range(20)}

    assert len(orders) > 10
    assert in_a_world(story(), shuffled=False) == "abcdef"


def test_waiting_for_what_never_happens_is_found():
    async def story():
        await asyncio.Event().wait()

    with pytest.raises(Stuck):
        in_a_world(story())


def test_a_thread_is_refused():
    with pytest.raises(AssertionError, match="thread"):
        in_a_world(asyncio.to_thread(print))


def test_a_dead_process_reaches_no_store_whatever_it_does_to_clean_up():
    async def story():
        did, life = [], Life()
        wire = Wire(Weather(random.Random(1), 0.0, 1.0), life.end, lambda who, what: None)

        async def work():
            try:
                await asyncio.sleep(1000)
            finally:
                await wire.call("a last word", lambda: did.append("spoken"))

        task = life.start(work())
        await asyncio.sleep(1)
        life.end()
        await asyncio.wait([task])
        return did, task.cancelled()

    assert in_a_world(story()) == ([], True)


def test_bad_weather_fails_calls_with_and_without_their_work_done():
    async def story():
        did, failed = [], 0
        wire = Wire(Weather(random.Random(1), 1.0, 1.0), lambda: None, lambda who, what: None)
        life = Life()

        async def call():
            nonlocal failed
            try:
                await wire.call("work", lambda: did.append(1))
            except Unavailable:
                failed += 1

        for _ in range(200):
            await life.start(call())
        await asyncio.sleep(10)
        return len(did), failed

    done, failed = in_a_world(story())

    assert 100 < failed < 180
    assert 0 < 200 - done < 100

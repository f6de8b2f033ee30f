from __future__ import annotations

import asyncio
import time

import pytest

from chassis import deadline, errors
from chassis.channel import ChannelSettings, connect
from wire.chassis.probe import Probe, serving


async def left(_request, _context):
    return str(deadline.remaining())


async def test_a_handler_sees_what_is_left_of_the_callers_time():
    async with serving(one=left) as probe:
        assert 1.0 < float(await probe.one("x", timeout=2)) <= 2.02


async def test_a_call_without_a_time_takes_the_default():
    async with serving(one=left) as probe:
        assert 25 < float(await probe.one("x")) <= 30.1


async def test_each_hop_passes_on_what_is_left():
    async with serving(one=left) as inner:

        async def asks(request, _context):
            return await inner.one(request, timeout=60)

        async with serving(one=asks) as middle:

            async def asks_again(request, _context):
                await asyncio.sleep(0.2)
                return await middle.one(request)

            async with serving(one=asks_again) as outer:
                seen = float(await outer.one("x", timeout=1))

    assert 0.3 < seen <= 0.78


async def test_a_call_is_refused_at_once_when_no_time_is_left():
    called = []

    async def note(_request, _context):
        called.append(1)
        return "done"

    async with serving(one=note) as probe:
        with deadline.within(0.01):
            started = time.perf_counter()
            with pytest.raises(errors.DeadlineExceeded) as caught:
                await probe.one("x")

    assert caught.value.reason == "NO_TIME_LEFT"
    assert time.perf_counter() - started < 0.2
    assert called == []


async def test_every_shape_refuses_when_no_time_is_left():
    async with serving(one=left) as probe:
        with deadline.within(0.01):
            for make in (probe.many, probe.collect, probe.talk):
                with pytest.raises(errors.DeadlineExceeded):
                    make("x")


async def test_a_deadline_stops_the_work_of_every_hop():
    stopped = asyncio.Event()

    async def slow(_request, _context):
        try:
            await asyncio.sleep(60)
        finally:
            stopped.set()

    async with serving(one=slow) as inner:

        async def asks(request, _context):
            return await inner.one(request)

        async with serving(one=asks) as outer:
            with pytest.raises(errors.DeadlineExceeded):
                await outer.one("x", timeout=0.2)
            async with asyncio.timeout(1):
                await stopped.wait()


async def test_a_client_that_goes_away_stops_the_work_of_every_hop():
    started, stopped = asyncio.Event(), asyncio.Event()

    async def parts(_request, _context):
        try:
            started.set()
            while True:
                yield "part"
                await asyncio.sleep(0.001)
        finally:
            stopped.set()

    async with serving(many=parts) as inner:

        async def passes_on(request, _context):
            async for part in inner.many(request):
                yield part

        async with serving(many=passes_on) as outer:
            async for _ in outer.many("x"):
                break
            async with asyncio.timeout(1):
                await stopped.wait()


async def test_the_default_can_be_set():
    async with (
        serving(one=left) as probe,
        connect(f"127.0.0.1:{probe.ports.port}", "probe", ChannelSettings(default_timeout=3)) as channel,
    ):
        assert float(await Probe(channel).one("x")) <= 3.04

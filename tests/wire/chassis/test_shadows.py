from __future__ import annotations

import asyncio

from opentelemetry.trace import SpanKind

from chassis import names
from chassis.snapshot import Shadow, Target
from wire.chassis.probe import until
from wire.chassis.tracks import everybody, route, tracks


class Shadowed:
    """What a shadow was asked."""

    def __init__(self, seconds=0.0):
        self.seen = []
        self._seconds = seconds

    async def one(self, request, context):
        self.seen.append((request, dict(context.invocation_metadata()).get("forebay-shadow")))
        await asyncio.sleep(self._seconds)
        raise RuntimeError("nobody shall know")

    async def collect(self, requests, _context):
        self.seen.append([request async for request in requests])
        return "shadow"


def shadowing(made, **budget):
    generous = {"share": 1, "in_flight": 1000, "per_second": 1000}
    return route(Target(address=made.stable), shadow=Shadow(address=made.canary, **(generous | budget)))


async def test_a_shadow_sees_the_calls_marked_and_nobody_sees_the_shadow(recorded):
    shadow = Shadowed()
    async with tracks(canary={"one": shadow.one}) as made:
        await made.settled(shadowing(made))

        assert set((await everybody(made.probe)).values()) == {"stable"}
        await until(lambda: len(shadow.seen) == 200)
        assert set(shadow.seen) == {("x", "1")}
        await until(lambda: sum(names.SHADOW in span.attributes for span in recorded.of(SpanKind.CLIENT)) == 200)


async def test_a_shadow_has_a_budget_of_its_own_and_takes_none_of_the_callers_time():
    shadow = Shadowed(seconds=30)
    async with tracks(canary={"one": shadow.one}) as made:
        await made.settled(shadowing(made, in_flight=3))

        async with asyncio.timeout(5):
            await everybody(made.probe)

        assert len(shadow.seen) == 3


async def test_a_shadow_sees_a_stream_of_requests_as_it_was_sent():
    async def collect(requests, _context):
        return "".join([request async for request in requests])

    async def words():
        for word in "abc":
            yield word

    shadow = Shadowed()
    async with tracks(stable={"collect": collect}, canary={"collect": shadow.collect}) as made:
        await made.settled(shadowing(made))

        assert await made.probe.collect(words()) == "abc"

        await until(lambda: shadow.seen == [["a", "b", "c"]])

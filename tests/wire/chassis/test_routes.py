from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from chassis.errors import Internal, Unavailable
from chassis.snapshot import Target
from wire.chassis.probe import until
from wire.chassis.tracks import TENANTS, ask, everybody, route, tracks


async def test_weights_share_out_the_tenants_the_same_ones_each_time():
    async with tracks() as made:
        await made.settled(made.split(90, 10))

        first, again = await everybody(made.probe), await everybody(made.probe)

        assert first == again
        assert Counter(first.values())["canary"] / len(TENANTS) == 0.1


async def test_weights_change_under_load_and_no_call_fails():
    async with tracks() as made:
        await made.settled(made.split(90, 10))
        seen, going = [], True

        async def load(tenants):
            while going:
                for tenant in tenants:
                    seen.append(await ask(made.probe, tenant))  # noqa: PERF401 - each counts as soon as it is there

        workers = [asyncio.create_task(load(TENANTS[number::8])) for number in range(8)]
        for canary in (30, 0, 10, 100, 10):
            made.apply(made.split(100 - canary, canary))
            await asyncio.sleep(0.1)
        await until(lambda: set(seen) == {"stable", "canary"})
        made.apply(made.split(100, 0))
        assert set((await everybody(made.probe)).values()) == {"stable"}
        going = False
        await asyncio.gather(*workers)


async def test_a_target_that_is_never_there_gets_nothing():
    async with tracks() as made:
        await made.settled(route(Target(address=made.stable), Target(address="127.0.0.1:1", weight=1000)))

        assert set((await everybody(made.probe)).values()) == {"stable"}


async def test_a_target_is_given_nobody_before_it_is_known_to_be_there():
    async with tracks() as made:
        made.apply(route(Target(address=made.stable)))
        made.apply(route(Target(address=made.stable), Target(address=made.canary, weight=1_000_000)))

        assert await ask(made.probe, "acme") == "stable"

        async def taken_over():
            return await ask(made.probe, "acme") == "canary"

        await until(taken_over)


async def test_a_target_that_fails_its_callers_is_out_until_it_does_well():
    broken = True

    async def sometimes(_request, _context):
        if broken:
            raise RuntimeError("a mistake")
        return "canary"

    async with tracks(canary={"one": sometimes}) as made:
        await made.settled(made.split(1, 1_000_000))
        failed = 0
        for _ in range(20):
            try:
                assert await ask(made.probe, "acme") == "stable"
            except Internal:
                failed += 1
        assert failed == 5

        broken = False

        async def back():
            return await ask(made.probe, "acme") == "canary"

        await until(back)


async def test_when_no_target_is_there_the_call_says_so():
    async with tracks() as made:
        await made.settled(route(Target(address="127.0.0.1:1"), Target(address="127.0.0.1:2")))

        with pytest.raises(Unavailable):
            await ask(made.probe, "acme")


async def test_the_next_tier_serves_when_one_cannot():
    async with tracks() as made:
        await made.settled(
            route(Target(address="127.0.0.1:1", tier="large"), Target(address=made.canary, tier="small"))
        )

        assert await ask(made.probe, "acme") == "canary"


async def test_without_a_route_the_service_is_where_the_settings_say():
    async with tracks() as made:
        made.apply()
        assert await ask(made.probe, "acme") == "stable"

        await made.settled(made.split(0, 1))
        assert await ask(made.probe, "acme") == "canary"

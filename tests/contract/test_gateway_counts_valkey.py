"""What Valkey alone has to show, and that it says the same as memory whatever happens."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from importlib.resources import files

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis.errors import Unavailable
from chassis.snapshot import Limits
from gateway.limits.counting.local import LocalCounts
from gateway.limits.words import Cost
from gateway.valkey.connecting import valkey as connected
from gateway.valkey.counting import CLOCK as ITS_OWN
from gateway.valkey.counting import ValkeyCounts
from rigs.limits import CLOCK, Told, demand
from rigs.valkey import valkey

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.xdist_group("limits"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def url():
    async with valkey() as url:
        yield url


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("reserve"), st.integers(0, 120), st.integers(0, 90), st.sampled_from(["a", "b"])),
        st.tuples(st.just("settle"), st.integers(0, 30), st.integers(0, 200), st.integers(0, 90)),
        st.tuples(st.just("renew"), st.integers(0, 30)),
        st.tuples(st.just("advance"), st.floats(0, 4000) | st.floats(0, 20) | st.floats(0, 4e6)),
    ),
    max_size=30,
)
MOST = {
    "tenant": Limits(
        requests_per_minute=7, tokens_per_minute=211, concurrent=4, tokens_per_day=500, money_per_month="0.0009"
    ),
    "a": Limits(requests_per_minute=3, tokens_per_month=700, money_per_day="0.0003"),
    "b": Limits(concurrent=2, tokens_per_minute=90),
}


async def told(counts, clock, steps):
    """Return all that is said along the way, by the reserves that were made."""
    made, said = [], []
    for step, *rest in steps:
        if step == "reserve":
            tokens, money, key = rest
            made.append(demand(tokens, money, of={"tenant": MOST["tenant"], key: MOST[key]}))
            verdict = await counts.reserve(made[-1], 30)
            said.append((verdict.admitted, list(verdict.standings)))
        elif step == "advance":
            await clock.advance(rest[0])
        elif rest[0] < len(made):
            if step == "settle":
                await counts.settle(made[rest[0]], Cost(*rest[1:]))
            else:
                await counts.renew([made[rest[0]]], 30)
    return said


async def test_memory_and_valkey_say_the_same_whatever_happens(url):
    loop = asyncio.get_running_loop()
    async with connected(url) as client:

        @settings(max_examples=150, suppress_health_check=list(HealthCheck))
        @given(STEPS)
        def check(steps):
            asyncio.run_coroutine_threadsafe(alike(steps), loop).result()

        async def alike(steps):
            await client.flushall()
            ours, its = Told(), Told(client)
            await its.tell()
            in_memory = await told(LocalCounts(1, ours), ours, steps)
            assert in_memory == await told(ValkeyCounts(client, 5.0, CLOCK), its, steps)

        await asyncio.to_thread(check)


async def test_months_are_those_of_the_calendar(url):
    days = [*range(0, 30_000, 7), *range(11_000, 12_600)]
    state = (files("gateway.valkey") / "scripts" / "state.lua").read_text()
    async with connected(url) as client:
        first_of = client.register_script(CLOCK + state + "return first_of(tonumber(ARGV[1]))")
        found = [await first_of(args=[day]) for day in days]

    moments = [datetime.fromtimestamp(day * 86400, UTC) for day in days]
    assert found == [int(moment.replace(day=1).timestamp()) // 86400 for moment in moments]


async def test_its_own_clock_counts_and_forgotten_scripts_are_loaded_again(url):
    async with connected(url) as client:
        await client.flushall()
        counts = ValkeyCounts(client, 5.0, ITS_OWN)
        first = await counts.reserve(demand(requests_per_minute=60), 1)
        await client.script_flush()
        second = await counts.reserve(demand(requests_per_minute=60), 1)

    assert (first.standings[0].remaining, second.standings[0].remaining) == (59, 58)


async def test_all_keys_of_a_step_carry_the_tenant_as_their_hash_tag_and_are_forgotten_in_time(url):
    async with connected(url) as client:
        await client.flushall()
        counts = ValkeyCounts(client, 5.0)
        await counts.reserve(demand(5, of={"tenant": Limits(concurrent=2), "key:a": Limits(tokens_per_month=9)}), 1)
        kept = {key.decode(): await client.ttl(key) for key in await client.keys()}

    assert {key.split(":limits:")[0] for key in kept} == {"forebay:{acme}"}
    assert {round(seconds / 60) for key, seconds in kept.items() if ":tenant:" in key} == {2}
    assert {round(seconds / 86400) for key, seconds in kept.items() if ":key:" in key} == {32}


async def test_a_valkey_that_is_away_is_told_as_unavailable():
    async with connected("redis://127.0.0.1:1/0") as client:
        counts = ValkeyCounts(client, 0.5)
        for call in (counts.reserve(demand(concurrent=1), 1), counts.ping(), counts.renew([demand(concurrent=1)], 1)):
            with pytest.raises(Unavailable):
                await call


async def test_a_valkey_that_hangs_is_given_up_in_time():
    async def hang(reader, writer):
        await reader.read()
        writer.close()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, connected(f"redis://127.0.0.1:{port}/0") as client:
        started = asyncio.get_running_loop().time()
        with pytest.raises(Unavailable):
            await ValkeyCounts(client, 0.1).reserve(demand(concurrent=1), 1)
        assert asyncio.get_running_loop().time() - started < 2

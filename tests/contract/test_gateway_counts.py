"""Usage is counted alike in memory and in a real Valkey, moment by moment."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import pytest_asyncio

from chassis.snapshot import Limits
from gateway.limits.counting.local import LocalCounts
from gateway.limits.words import Cost
from gateway.valkey.connecting import valkey as connected
from gateway.valkey.counting import ValkeyCounts
from rigs.limits import CLOCK, START, Told, demand
from rigs.valkey import valkey

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.xdist_group("limits"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def url():
    async with valkey() as url:
        yield url


@pytest_asyncio.fixture(params=["memory", "valkey"], loop_scope="module")
async def counted(request, url):
    if request.param == "memory":
        clock = Told()
        yield LocalCounts(1, clock), clock
        return
    async with connected(url) as client:
        await client.flushall()
        clock = Told(client)
        await clock.tell()
        yield ValkeyCounts(client, 5.0, CLOCK), clock


async def test_a_rate_lets_a_minutes_worth_in_and_then_one_at_a_time(counted):
    counts, clock = counted
    verdicts = [await counts.reserve(demand(requests_per_minute=6), 60) for _ in range(7)]
    refusing = verdicts[-1].refusing
    await clock.advance(9.999)
    early = await counts.reserve(demand(requests_per_minute=6), 60)
    await clock.advance(0.001)
    due = await counts.reserve(demand(requests_per_minute=6), 60)

    assert [verdict.admitted for verdict in verdicts] == [True] * 6 + [False]
    assert (refusing.limit, refusing.most, refusing.remaining, refusing.wait) == ("requests_per_minute", 6, 0, 10.0)
    assert refusing.reset == 60.0
    assert (early.admitted, due.admitted) == (False, True)


async def test_tokens_are_held_until_they_are_settled_and_what_was_not_used_comes_back(counted):
    counts, _ = counted
    first, second = demand(600, tokens_per_minute=1000), demand(600, tokens_per_minute=1000)
    await counts.reserve(first, 60)
    held = await counts.reserve(second, 60)
    await counts.settle(first, Cost(100))
    given_back = await counts.reserve(second, 60)

    assert (held.admitted, held.refusing.limit, held.refusing.remaining) == (False, "tokens_per_minute", 400)
    assert (given_back.admitted, given_back.standings[0].remaining) == (True, 300)


async def test_what_is_settled_again_counts_once(counted):
    counts, _ = counted
    one = demand(500, tokens_per_minute=1000, tokens_per_day=2000)
    await counts.reserve(one, 60)
    for _ in range(3):
        await counts.settle(one, Cost(300))

    after = await counts.reserve(demand(tokens_per_minute=1000, tokens_per_day=2000), 60)
    assert [standing.remaining for standing in after.standings] == [700, 1700]


async def test_places_of_the_dead_are_free_when_their_lease_ends_and_their_tokens_are_used_up(counted):
    counts, clock = counted
    limits = {"concurrent": 1, "tokens_per_day": 1000}
    await counts.reserve(demand(400, **limits), 15)
    taken = await counts.reserve(demand(400, **limits), 15)
    await clock.advance(15)
    freed = await counts.reserve(demand(400, **limits), 15)

    assert (taken.admitted, taken.refusing.limit) == (False, "concurrent")
    assert freed.admitted
    assert [standing.remaining for standing in freed.standings] == [0, 200]


async def test_the_living_keep_their_places(counted):
    counts, clock = counted
    mine, other = demand(concurrent=1), demand(concurrent=1)
    await counts.reserve(mine, 15)
    for _ in range(5):
        await clock.advance(10)
        await counts.renew([mine], 15)
    kept = await counts.reserve(other, 15)
    await counts.settle(mine, Cost())
    await counts.renew([mine], 15)

    assert not kept.admitted
    assert (await counts.reserve(other, 15)).admitted


async def test_one_limit_that_refuses_leaves_all_others_as_they_were(counted):
    counts, _ = counted
    of = {
        "tenant": Limits(requests_per_minute=100, tokens_per_minute=1000, money_per_day=1),
        "key:a": Limits(requests_per_minute=100, concurrent=1),
        "model:generator": Limits(tokens_per_month=50),
    }
    refused = await counts.reserve(demand(60, 500_000, of=of), 60)
    ok = await counts.reserve(demand(10, 500_000, of=of), 60)

    assert (refused.admitted, refused.refusing.scope, refused.refusing.wait) == (False, "model:generator", None)
    assert [standing.remaining for standing in ok.standings] == [99, 990, 500_000, 99, 0, 40]


async def test_budgets_begin_anew_with_the_day_and_the_month_in_utc(counted):
    counts, clock = counted
    limits = {"tokens_per_day": 100, "tokens_per_month": 150}
    begun = demand(100, **limits)
    await counts.reserve(begun, 60)
    await counts.settle(begun, Cost(100))
    today = await counts.reserve(demand(100, **limits), 60)
    await clock.advance(today.standings[0].reset)
    late = demand(50, **limits)
    tomorrow = await counts.reserve(late, 1)
    await counts.settle(late, Cost(50))
    this_month = await counts.reserve(demand(50, **limits), 1)
    await clock.advance(this_month.refusing.wait)
    next_month = await counts.reserve(demand(100, **limits), 1)

    assert today.refusing.limit == "tokens_per_month"
    assert today.standings[0].wait == today.standings[0].reset == 6400.0
    assert tomorrow.admitted
    assert this_month.refusing.wait == (datetime(2023, 12, 1, tzinfo=UTC).timestamp() - START - 6400)
    assert next_month.admitted


async def test_a_request_that_costs_nothing_passes_where_a_budget_is_spent(counted):
    counts, _ = counted
    spent = demand(100, tokens_per_day=100, tokens_per_minute=100)
    await counts.reserve(spent, 60)
    await counts.settle(spent, Cost(100))

    assert (await counts.reserve(demand(tokens_per_day=100, tokens_per_minute=100), 60)).admitted


async def test_more_used_than_reserved_is_a_debt_that_keeps_others_out(counted):
    counts, clock = counted
    one = demand(100, tokens_per_minute=600)
    await counts.reserve(one, 60)
    await counts.settle(one, Cost(900))
    indebted = await counts.reserve(demand(100, tokens_per_minute=600), 60)
    await clock.advance(indebted.refusing.wait)

    assert indebted.refusing.wait == 40.0
    assert (await counts.reserve(demand(100, tokens_per_minute=600), 60)).admitted

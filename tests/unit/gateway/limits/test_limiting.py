from __future__ import annotations

import asyncio

import pytest

from chassis import deadline
from chassis.errors import Overloaded, Unavailable
from chassis.snapshot import Limits, Policy
from gateway.limits.words import Cost
from rigs.limits import Front, visit, written

BUSY = Policy(tenant=Limits(concurrent=1))
TOKENS = Policy(tenant=Limits(tokens_per_minute=1000), key=Limits(requests_per_minute=5))


@pytest.fixture
def front():
    return Front()


async def test_what_nothing_limits_is_not_counted(front):
    front.counts.away = True

    await front.serve(visit(Policy()))

    assert not front.keeper.away


async def test_a_request_is_told_how_limits_stand_and_gives_back_what_it_did_not_use(front):
    told = {}
    await front.serve(visit(TOKENS, tell=told.__setitem__, output_tokens=100, spent=[written(30)]))

    assert told["x-ratelimit-limit-requests"] == "5"
    assert told["x-ratelimit-remaining-requests"] == "4"
    assert told["x-ratelimit-reset-requests"] == "12s"
    assert (told["x-ratelimit-limit-tokens"], told["x-ratelimit-remaining-tokens"]) == ("1000", "600")
    assert [used for _, used in front.counts.settled] == [Cost(40, 65)]


async def test_a_refused_request_is_told_which_limit_and_when_to_come_back(front):
    told = {}
    for _ in range(5):
        await front.serve(visit(TOKENS))
    with pytest.raises(Overloaded) as caught:
        await front.serve(visit(TOKENS, tell=told.__setitem__))

    assert (caught.value.reason, caught.value.retry_after) == ("REQUESTS_PER_MINUTE", 12.0)
    assert "requests_per_minute of key k1, 5, 0 remaining; ask again in 12s" in caught.value.message
    assert told["x-ratelimit-remaining-requests"] == "0"
    assert front.keeper.held == 0


async def test_a_request_larger_than_a_limit_is_told_that_it_will_never_pass(front):
    with pytest.raises(Overloaded) as caught:
        await front.serve(visit(TOKENS, output_tokens=1024))

    assert (caught.value.reason, caught.value.retry_after) == ("LARGER_THAN_LIMIT", None)


@pytest.mark.parametrize("end", [ValueError, asyncio.CancelledError, GeneratorExit])
async def test_a_request_is_settled_with_what_it_used_however_it_ends(front, end):
    seen = visit(TOKENS, output_tokens=100)

    async def broken_off():
        async with front.limiting.around(seen):
            seen.account.note([written(7)])
            raise end

    with pytest.raises(end):
        await broken_off()

    assert [used.tokens for _, used in front.counts.settled] == [17]
    assert front.keeper.held == 0


async def test_a_client_that_goes_while_its_request_is_settled_changes_nothing(front):
    gate = asyncio.Event()
    settle = front.counts.settle

    async def slow(demand, used):
        await gate.wait()
        await settle(demand, used)

    front.counts.settle = slow
    task = asyncio.create_task(front.serve(visit(BUSY)))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    gate.set()
    await front.keeper.end()

    assert len(front.counts.settled) == 1


async def test_a_request_whose_time_is_over_is_settled_all_the_same(front):
    async def late():
        async with front.limiting.around(visit(BUSY)):
            deadline.begin(0.0)

    await asyncio.create_task(late())

    assert (len(front.counts.settled), front.keeper.away) == (1, False)


async def test_while_counts_are_away_each_gateway_grants_its_share_and_says_so():
    front = Front(share=4)
    front.counts.away = True
    policy = Policy(tenant=Limits(requests_per_minute=8))
    served = [visit(policy), visit(policy)]
    for each in served:
        await front.serve(each)
    with pytest.raises(Overloaded):
        await front.serve(visit(policy))

    assert [each.account.degraded for each in served] == [["limits"], ["limits"]]


async def test_a_policy_may_let_nobody_in_uncounted(front):
    front.counts.away = True
    with pytest.raises(Unavailable) as caught:
        await front.serve(visit(Policy(tenant=Limits(concurrent=1), without_counts="closed")))

    assert (caught.value.reason, caught.value.retry_after) == ("LIMITS_UNKNOWN", 1.0)


async def test_models_are_limited_by_the_roles_that_a_call_uses(front):
    policy = Policy(models={"generator": Limits(requests_per_minute=1), "embedding": Limits(requests_per_minute=2)})
    await front.serve(visit(policy))
    await front.serve(visit(policy, call="Search"))
    with pytest.raises(Overloaded) as caught:
        await front.serve(visit(policy, call="Embed", texts=3))
    await front.serve(visit(policy, call="GetCorpus"))

    assert "model embedding" in caught.value.message

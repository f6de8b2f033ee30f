from __future__ import annotations

import pytest

from chassis.errors import Overloaded
from chassis.snapshot import Limits, Policy
from gateway.limits.words import Cost
from rigs.limits import LEASE, Front, visit, written

BUSY = Policy(tenant=Limits(concurrent=1))
TOKENS = Policy(tenant=Limits(tokens_per_minute=1000), key=Limits(requests_per_minute=5))


@pytest.fixture
def front():
    return Front()


async def test_counts_that_come_back_are_noticed_and_not_asked_before(front):
    front.counts.away = True
    await front.serve(visit(BUSY))
    front.counts.away = False
    still = visit(BUSY)
    await front.serve(still)
    await front.keeper.turn()
    after = visit(BUSY)
    await front.serve(after)

    assert (still.account.degraded, after.account.degraded) == (["limits"], [])


async def test_a_reservation_whose_answer_was_lost_is_given_back(front):
    front.counts.mute = True
    await front.serve(visit(BUSY))
    front.counts.mute = False
    await front.keeper.turn()
    await front.serve(visit(BUSY))

    assert [used for _, used in front.counts.settled] == [Cost(), Cost()]


async def test_what_could_not_be_settled_is_settled_when_counts_are_back(front):
    async with front.limiting.around(visit(TOKENS, output_tokens=100, spent=[written(20)])):
        front.counts.away = True
    owed = front.keeper.owed
    front.counts.away = False
    await front.keeper.turn()

    assert (owed, front.keeper.owed) == (1, 0)
    assert [used.tokens for _, used in front.counts.settled] == [30]


async def test_what_ran_out_meanwhile_is_not_settled_any_more(front):
    async with front.limiting.around(visit(TOKENS)):
        front.counts.away = True
    front.clock.advance(LEASE)
    front.counts.away = False
    await front.keeper.turn()

    assert (front.counts.settled, front.keeper.owed) == ([], 0)


async def test_long_requests_keep_their_place(front):
    async with front.limiting.around(visit(BUSY)):
        for _ in range(10):
            front.clock.advance(LEASE / 3)
            await front.keeper.turn()
        with pytest.raises(Overloaded):
            await front.serve(visit(BUSY))
    await front.serve(visit(BUSY))

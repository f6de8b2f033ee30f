"""The same question at two gateways at once: one has it answered, the other waits for that, though not for ever."""

from __future__ import annotations

import asyncio

import pytest
from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as orchestrator

from chassis.errors import Unavailable
from fakes.answers import FakeAnswers
from rigs.caching import QUESTION, answered, text, until
from rigs.gateway import READER, ask, gateway, key

LEASE = 2.0


class Turns(FakeAnswers):
    """Notes who had to wait; the gateway that is gone does not reach it."""

    def __init__(self):
        super().__init__(shown={("acme", "docs"): 7})
        self.waits = 0
        self.gone = ""

    async def claim(self, key, stamp, holder, seconds):
        if holder == self.gone:
            raise Unavailable("this gateway is gone")
        by = await super().claim(key, stamp, holder, seconds)
        self.waits += by != holder
        return by


@pytest.fixture
def shelf():
    return Turns()


@pytest.fixture
async def fronts(tmp_path, shelf):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    async with gateway(tmp_path / "one", shelf=shelf) as one, gateway(tmp_path / "two", shelf=shelf) as two:
        one.orchestrator.degraded = two.orchestrator.degraded = []
        yield one, two


async def both(one, two, shelf):
    """Ask one, and the other once it has begun; return the two tasks when the other waits."""
    one.orchestrator.go_on.clear()
    first = asyncio.create_task(answered(one))
    await until(lambda: one.orchestrator.asked)
    second = asyncio.create_task(answered(two))
    await until(lambda: shelf.waits)
    return first, second


async def test_one_gateway_answers_for_both(fronts, shelf):
    first, second = await both(*fronts, shelf)
    fronts[0].orchestrator.go_on.set()
    answers = [await first, await second]

    assert fronts[1].orchestrator.asked == []
    assert text(answers[0]) == text(answers[1])
    assert answers[1][-1].closing.cache == orchestrator.CACHE_STATE_HIT


@pytest.mark.parametrize("how", ["fails", "is degraded"])
async def test_who_waits_for_an_answer_that_is_not_kept_makes_it_at_once(fronts, shelf, how):
    one, two = fronts
    if how == "fails":
        one.orchestrator.breaks = Unavailable("the model is away")
    else:
        one.orchestrator.degraded = ["dense"]
    first, second = await both(one, two, shelf)
    one.orchestrator.go_on.set()
    answer = await second
    await asyncio.wait([first])

    assert answer[-1].closing.cache == orchestrator.CACHE_STATE_MISS
    assert (first.exception() is not None) == (how == "fails")


async def test_a_turn_is_kept_while_its_answer_is_made(fronts, shelf):
    first, second = await both(*fronts, shelf)
    [(turn, (_, end))] = shelf.turns.items()
    await until(lambda: shelf.turns[turn][1] > end)
    fronts[0].orchestrator.go_on.set()
    await asyncio.gather(first, second)

    assert shelf.turns == {}


async def test_a_gateway_that_dies_is_waited_for_no_longer_than_its_turn(fronts, shelf):
    one, two = fronts
    first, second = await both(one, two, shelf)
    [(shelf.gone, end)] = shelf.turns.values()
    answer = await second
    waited = asyncio.get_running_loop().time() - end
    one.orchestrator.go_on.set()
    await first

    assert answer[-1].closing.cache == orchestrator.CACHE_STATE_MISS
    assert waited < LEASE


async def test_a_waiter_keeps_half_of_its_time_for_its_own_answer(fronts, shelf):
    one, two = fronts
    one.orchestrator.go_on.clear()
    first = asyncio.create_task(answered(one))
    await until(lambda: one.orchestrator.asked)
    call = two.stub.Answer(ask(QUESTION), metadata=key(READER), timeout=3)
    answer = [event async for event in call]
    first.cancel()

    assert shelf.waits
    assert answer[-1].closing.cache == orchestrator.CACHE_STATE_MISS
    [(_, _, left)] = two.orchestrator.asked
    assert left > 1

"""Identical questions at once, over the wire: answered by one call, whoever of the askers leaves."""

from __future__ import annotations

import asyncio

import pytest
from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as orchestrator

from chassis.errors import Unavailable
from fakes.answers import FakeAnswers
from rigs.caching import QUESTION, WITH_OTHERS, answered, text, until
from rigs.gateway import READER, ask, gateway, key


@pytest.fixture
def shelf():
    return FakeAnswers(shown={("acme", "docs"): 7, ("other", "docs"): 7})


@pytest.fixture
async def front(tmp_path, shelf):
    async with gateway(tmp_path, shelf=shelf, snapshot=WITH_OTHERS) as front:
        front.orchestrator.degraded = []
        yield front


async def test_identical_questions_at_once_are_answered_by_one_call(front, shelf):
    front.orchestrator.go_on.clear()
    asking = [asyncio.create_task(answered(front)) for _ in range(8)]
    await until(lambda: shelf.looks == 8)
    front.orchestrator.go_on.set()
    answers = await asyncio.gather(*asking)

    states = sorted(each[-1].closing.cache for each in answers)
    assert len(front.orchestrator.asked) == 1
    assert {text(each) for each in answers} == {text(answers[0])}
    assert states == [orchestrator.CACHE_STATE_MISS] + [orchestrator.CACHE_STATE_HIT] * 7


async def test_when_the_first_asker_leaves_the_others_are_still_answered(front, shelf):
    front.orchestrator.go_on.clear()
    first = front.stub.Answer(ask(QUESTION), metadata=key(READER))
    await first.read()
    others = [asyncio.create_task(answered(front)) for _ in range(3)]
    await until(lambda: shelf.looks == 4)
    first.cancel()
    front.orchestrator.go_on.set()
    answers = await asyncio.gather(*others)

    assert len(front.orchestrator.asked) == 1
    assert all(each[-1].HasField("closing") for each in answers)


async def test_when_all_askers_leave_the_work_ends(front):
    call = front.stub.Answer(ask("forever"), metadata=key(READER))
    await call.read()
    call.cancel()

    async with asyncio.timeout(10):
        await front.orchestrator.given_up.wait()


async def test_a_failure_is_everybodys_and_nothing_is_left_of_it(front):
    front.orchestrator.failure = Unavailable("the orchestrator is away")
    with pytest.raises(Exception, match="away"):
        await answered(front)
    front.orchestrator.failure = None

    assert text(await answered(front))

"""Answers that are given again, over the wire: what streams, what it says of itself, and who may be given it."""

from __future__ import annotations

import asyncio

import pytest
from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as orchestrator

from chassis.snapshot import Caching, Policy, Snapshot
from fakes.answers import FakeAnswers
from rigs.caching import OTHER, QUESTION, STRANGER, WITH_OTHERS, answered, text, until
from rigs.gateway import gateway


@pytest.fixture
def shelf():
    return FakeAnswers(shown={("acme", "docs"): 7, ("other", "docs"): 7})


@pytest.fixture
async def front(tmp_path, shelf):
    async with gateway(tmp_path, shelf=shelf, snapshot=WITH_OTHERS) as front:
        front.orchestrator.degraded = []
        yield front


async def test_the_same_question_again_streams_the_same_answer_without_asking_anybody(front):
    first = await answered(front)
    again = await answered(front, f"  {QUESTION}\n")

    assert len(front.orchestrator.asked) == 1
    assert first[-1].closing.cache == orchestrator.CACHE_STATE_MISS
    assert again[-1].closing.cache == orchestrator.CACHE_STATE_HIT
    assert (text(again), again[0].sources.sources) == (text(first), first[0].sources.sources)
    assert list(again[0].sources.spent) == []
    assert len(again) > 3, "in pieces"
    assert again[-1].closing.confidence == first[-1].closing.confidence
    assert again[-1].closing.usage == orchestrator.TokenUsage()


@pytest.mark.parametrize(
    "other",
    [
        {"who": OTHER},
        {"who": STRANGER},
        {"filter": 'lang == "en"'},
        {"max_sources": 3},
        {"max_output_tokens": 9},
        {"temperature": 0.5},
        {"seed": 1},
        {"question": "What is a trace?"},
    ],
    ids=" ".join,
)
async def test_whoever_or_whatever_differs_is_given_nothing_of_it(front, other):
    await answered(front)
    await answered(front, **other)

    assert len(front.orchestrator.asked) == 2


async def test_a_commit_makes_every_answer_old(front, shelf):
    await answered(front)
    shelf.shown["acme", "docs"] = front.orchestrator.version = 8
    await answered(front)

    assert len(front.orchestrator.asked) == 2


async def test_while_no_version_is_shown_nothing_is_kept_or_given_again(front, shelf):
    del shelf.shown["acme", "docs"]
    events = [await answered(front), await answered(front)]

    assert len(front.orchestrator.asked) == 2
    assert {each[-1].closing.cache for each in events} == {orchestrator.CACHE_STATE_UNSPECIFIED}


async def test_an_answer_made_while_the_corpus_changed_is_not_kept(front, shelf):
    front.orchestrator.go_on.clear()
    asking = asyncio.create_task(answered(front))
    await until(lambda: front.orchestrator.asked)
    shelf.shown["acme", "docs"] = 8
    front.orchestrator.go_on.set()
    await asking

    assert shelf.kept == {}


async def test_a_degraded_answer_is_never_kept(front, shelf):
    front.orchestrator.degraded = ["reranker"]
    await answered(front)

    assert shelf.kept == {}


async def test_an_answer_of_a_model_that_was_replaced_is_not_given_again(front):
    await answered(front)
    front.orchestrator.model = "3"
    await answered(front, "something else")
    await answered(front)

    assert len(front.orchestrator.asked) == 3


async def test_without_its_shelf_there_is_no_cache_and_everybody_is_served(front, shelf):
    shelf.away = True
    await answered(front)
    await answered(front)

    assert len(front.orchestrator.asked) == 2
    assert shelf.looks == 1, "it is left alone for a while"


async def test_a_damaged_value_is_a_miss(front, shelf):
    await answered(front)
    shelf.kept = {place: (stamp, value[:-1] + b"?") for place, (stamp, value) in shelf.kept.items()}
    again = await answered(front)

    assert again[-1].closing.cache == orchestrator.CACHE_STATE_MISS


async def test_a_policy_without_caching_asks_every_time(tmp_path, shelf):
    policy = Policy(caching=Caching(exact=False))
    snapshot = Snapshot.model_validate(WITH_OTHERS.model_dump() | {"policies": (policy.model_dump(),)})
    async with gateway(tmp_path, shelf=shelf, snapshot=snapshot) as front:
        await answered(front)
        await answered(front)

        assert len(front.orchestrator.asked) == 2
        assert shelf.kept == {}


@pytest.fixture
async def nearing(tmp_path, shelf):
    policy = Policy(caching=Caching(near=True))
    snapshot = Snapshot.model_validate(WITH_OTHERS.model_dump() | {"policies": (policy.model_dump(),)})
    async with gateway(tmp_path, shelf=shelf, snapshot=snapshot) as front:
        front.orchestrator.degraded = []
        yield front


async def test_a_question_that_means_the_same_is_answered_as_the_other_was(nearing):
    first = await answered(nearing, "How do I delete a corpus?")
    near = await answered(nearing, "How can I remove a corpus?")

    assert len(nearing.orchestrator.asked) == 1
    assert (text(near), near[-1].closing.cache) == (text(first), orchestrator.CACHE_STATE_NEAR)


@pytest.mark.parametrize(
    "other",
    [
        {"question": "How can I create a corpus?"},
        {"question": "How can I remove a corpus?", "who": OTHER},
        {"question": "How can I remove a corpus?", "who": STRANGER},
        {"question": "How can I remove a corpus?", "filter": 'lang == "en"'},
        {"question": "How can I remove a corpus?", "max_sources": 2},
    ],
    ids=" ".join,
)
async def test_near_answers_stay_in_their_scope(nearing, other):
    await answered(nearing, "How do I delete a corpus?")
    await answered(nearing, **other)

    assert len(nearing.orchestrator.asked) == 2


async def test_after_a_commit_nothing_is_near(nearing, shelf):
    await answered(nearing, "How do I delete a corpus?")
    shelf.shown["acme", "docs"] = nearing.orchestrator.version = 8
    await answered(nearing, "How can I remove a corpus?")

    assert len(nearing.orchestrator.asked) == 2


async def test_near_answers_are_off_unless_a_policy_turns_them_on(front):
    await answered(front, "How do I delete a corpus?")
    await answered(front, "How can I remove a corpus?")

    assert len(front.orchestrator.asked) == 2

"""A stream of documents: bounded on its way in, and dropped when its sender goes."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from chassis.errors import InvalidArgument
from fakes.embedder import FakeEmbedder
from ingestion.writing.budget import Budget
from ingestion.writing.turns.locks import Locks
from ingestion.writing.words import Refused
from rigs.ingestion import SETTINGS, corpus_of, document, fake_world


class Stuck(FakeEmbedder):
    """Holds every text that says so, until it is let."""

    def __init__(self):
        super().__init__()
        self.free = asyncio.Event()

    async def embed(self, role, texts):
        if any("stuck" in text for text in texts):
            await self.free.wait()
        return await super().embed(role, texts)


async def settled():
    for _ in range(200):
        await asyncio.sleep(0)


async def test_a_stream_that_cannot_be_read_on_fails_as_what_it_failed_of_after_what_was_answered():
    async def stream():
        yield document("first")
        await first_is_told.wait()
        raise InvalidArgument("the request is not a message of this method")

    first_is_told = asyncio.Event()
    async with fake_world().running() as ingestion:
        corpus = await corpus_of(ingestion)
        outcomes = ingestion.intake.outcomes(corpus, stream())
        told = (await anext(outcomes)).source_id
        first_is_told.set()
        with pytest.raises(InvalidArgument):
            await anext(outcomes)

    assert told == "first"


async def test_no_more_documents_are_read_than_may_be_on_their_way():
    embedder, read = Stuck(), []
    world = fake_world(embedder=embedder)

    async def stream():
        for number in range(50):
            read.append(number)
            yield document(f"p{number}", f"stuck {number}")

    async with world.running(SETTINGS.model_copy(update={"documents_in_flight": 7})) as ingestion:
        corpus = await corpus_of(ingestion)
        taking = asyncio.create_task(_all(ingestion.intake.outcomes(corpus, stream())))
        await settled()
        assert len(read) <= 8
        embedder.free.set()
        assert len(await taking) == 50


async def test_what_was_refused_at_the_door_is_answered_in_the_stream():
    world = fake_world()

    async def stream():
        yield Refused(source_id="bad", reason="content must have at least 1 bytes", field="content")
        yield document("good")

    async with world.running() as ingestion:
        corpus = await corpus_of(ingestion)
        outcomes = await _all(ingestion.intake.outcomes(corpus, stream()))

    assert {outcome.source_id for outcome in outcomes} == {"bad", "good"}


async def test_when_the_sender_goes_what_is_not_committed_is_dropped_and_nothing_is_half():
    embedder = Stuck()
    world = fake_world(embedder=embedder)

    async def stream():
        yield document("done")
        for number in range(5):
            yield document(f"p{number}", f"stuck {number}")

    async with world.running() as ingestion:
        corpus = await corpus_of(ingestion)
        async with aclosing(ingestion.intake.outcomes(corpus, stream())) as outcomes:
            first = await anext(outcomes)
        embedder.free.set()
        await settled()
        seen = await world.eye.visible(corpus)

        assert first.source_id == "done"
        assert seen.keys() == {"done"}
        again = await _all(ingestion.intake.outcomes(corpus, stream()))
        assert len(again) == 6
        assert all(each.whole for each in (await world.eye.visible(corpus)).values())


async def test_a_budget_is_handed_out_in_order_and_never_more_than_there_is():
    budget, order = Budget(10), []

    async def use(name, amount):
        await budget.take(amount)
        order.append(name)

    await use("a", 6)
    tasks = [asyncio.create_task(use(name, amount)) for name, amount in (("b", 8), ("c", 1))]
    await settled()
    assert order == ["a"]
    budget.give(6)
    await settled()
    assert order == ["a", "b", "c"]
    await asyncio.gather(*tasks)


async def test_who_stops_waiting_for_a_budget_takes_nothing():
    budget = Budget(10)
    await budget.take(10)
    gone = asyncio.create_task(budget.take(5))
    await settled()
    gone.cancel()
    await settled()
    budget.give(10)

    await asyncio.wait_for(budget.take(10), 1)


async def test_what_is_larger_than_the_whole_budget_still_passes():
    budget = Budget(10)

    await budget.take(1000)
    budget.give(1000)
    await budget.take(10)


async def test_two_writers_of_one_document_take_turns_and_two_documents_do_not():
    locks, inside = Locks(), []

    async def write(key, name, stay):
        async with locks.held(key):
            inside.append(name)
            await stay.wait()

    stay = asyncio.Event()
    tasks = [asyncio.create_task(write(key, name, stay)) for key, name in ((1, "a"), (1, "b"), (2, "c"))]
    await settled()
    assert inside == ["a", "c"]
    stay.set()
    await asyncio.gather(*tasks)

    assert inside == ["a", "c", "b"]


async def _all(outcomes):
    return [outcome async for outcome in outcomes]

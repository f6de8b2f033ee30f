"""Another index of a corpus: built beside the live one, switched to, gone back from, dropped."""

from __future__ import annotations

import asyncio

import pytest

from chassis.errors import FailedPrecondition, InvalidArgument, NotFound, Violation
from fakes.embedder import FakeEmbedder
from ingestion.corpora.words import Chunking, IndexState
from rigs.ingestion import SETTINGS, TENANT, corpus_of, document, fake_world, put

LONG = "\n\n".join(f"# Part {number}\n\n" + f"Turbine {number} turns in the water. " * 40 for number in range(4))
SMALL = Chunking(max_tokens=32)
PATIENT = SETTINGS.model_copy(update={"index_every": 3600.0})


@pytest.fixture
def world():
    return fake_world()


@pytest.fixture
async def ingestion(world):
    async with world.running(PATIENT) as running:
        yield running


@pytest.fixture
async def corpus(ingestion):
    made = await corpus_of(ingestion)
    await put(ingestion, made, document("a", LONG, mime="text/markdown"), document("b"))
    return made


async def settled(ingestion):
    """Let the builder work until nothing is left to do."""
    while await ingestion.builder.step():
        pass


async def live(ingestion):
    return (await ingestion.corpora.named(TENANT, "library")).index


async def test_readers_stay_with_the_live_index_while_another_is_built(world, ingestion, corpus):
    before = await world.eye.visible(corpus)
    index = await ingestion.indexes.begin(TENANT, "library", SMALL, None, switches=False)
    await settled(ingestion)

    assert (index.number, index.state) == (2, IndexState.BUILDING)
    assert await world.eye.visible(corpus) == before
    assert (await live(ingestion)).number == 1
    assert (await world.eye.books(corpus)).version == 1


async def test_after_the_switch_every_document_is_whole_in_the_new_index(world, ingestion, corpus):
    await ingestion.indexes.begin(TENANT, "library", SMALL, None, switches=True)
    await settled(ingestion)

    seen = await world.eye.visible(corpus)
    assert (await live(ingestion)).number == 2
    assert seen.keys() == {"a", "b"}
    assert all(each.whole for each in seen.values())
    assert (await world.eye.books(corpus)).version == 2
    assert (await world.eye.books(corpus)).chunks > 5


async def test_an_index_with_another_model_holds_that_models_vectors(world, ingestion, corpus):
    await ingestion.indexes.begin(TENANT, "library", None, "embedding-int8", switches=True)
    await settled(ingestion)
    outcome = (await put(ingestion, corpus, document("c")))["c"]

    assert (await live(ingestion)).settings.embedding.name == "embedding-int8"
    assert outcome.generation == 1
    assert (await world.eye.visible(corpus))["c"].whole


async def test_what_is_put_and_deleted_meanwhile_is_not_missed(world, ingestion, corpus):
    await ingestion.indexes.begin(TENANT, "library", SMALL, None, switches=False)
    await settled(ingestion)
    await put(ingestion, corpus, document("b", "Changed since."), document("c"))
    await ingestion.putter.delete(corpus, "a")
    await ingestion.indexes.switch(TENANT, "library", 2)
    await settled(ingestion)

    seen = await world.eye.visible(corpus)
    assert {name: each.text for name, each in seen.items()}["b"] == "Changed since."
    assert seen.keys() == {"b", "c"}
    assert all(each.whole for each in seen.values())


async def test_the_way_back_loses_nothing_that_was_written_since(world, ingestion, corpus):
    await ingestion.indexes.begin(TENANT, "library", SMALL, None, switches=True)
    await settled(ingestion)
    await put(ingestion, corpus, document("b", "Newer."), document("c"))

    await ingestion.indexes.switch(TENANT, "library", 1)
    await settled(ingestion)

    seen = await world.eye.visible(corpus)
    assert (await live(ingestion)).number == 1
    assert {name: each.whole for name, each in seen.items()} == {"a": True, "b": True, "c": True}
    assert seen["b"].text == "Newer."


async def test_a_dropped_index_leaves_no_rows(world, ingestion, corpus):
    rows = await world.eye.rows(corpus)
    await ingestion.indexes.begin(TENANT, "library", SMALL, None, switches=False)
    await settled(ingestion)
    assert await world.eye.rows(corpus) > rows

    await ingestion.indexes.drop(TENANT, "library", 2)
    await settled(ingestion)
    await ingestion.sweeper.sweep()

    assert await world.eye.rows(corpus) == rows
    with pytest.raises(NotFound):
        await ingestion.indexes.switch(TENANT, "library", 2)


async def test_a_dropped_index_is_left_alone_while_a_read_may_still_ask_for_it(world):
    async with world.running(PATIENT.model_copy(update={"sweep_grace": 600.0})) as ingestion:
        corpus = await corpus_of(ingestion)
        await put(ingestion, corpus, document("a"))
        await ingestion.indexes.begin(TENANT, "library", SMALL, None, switches=True)
        await settled(ingestion)
        await ingestion.indexes.drop(TENANT, "library", 1)
        await settled(ingestion)

        assert [each.state for each in await world.ports.indexes.indexes(corpus.id)] == [
            IndexState.DROPPING,
            IndexState.LIVE,
        ]


async def test_the_live_index_is_not_dropped_and_not_built_again(ingestion, corpus):
    with pytest.raises(FailedPrecondition, match="is live"):
        await ingestion.indexes.drop(TENANT, "library", 1)
    with pytest.raises(FailedPrecondition, match="exactly so already"):
        await ingestion.indexes.begin(TENANT, "library", None, None, switches=False)


async def test_one_index_is_built_at_a_time(ingestion, corpus):
    await ingestion.indexes.begin(TENANT, "library", SMALL, None, switches=False)

    with pytest.raises(FailedPrecondition, match="another index"):
        await ingestion.indexes.begin(TENANT, "library", Chunking(max_tokens=64), None, switches=False)


async def test_an_index_that_cannot_have_a_document_does_not_go_live(world, ingestion, corpus):
    world.ports.originals.kept.clear()
    await ingestion.indexes.begin(TENANT, "library", SMALL, None, switches=True)
    await settled(ingestion)

    assert (await live(ingestion)).number == 1
    with pytest.raises(FailedPrecondition, match="cannot have 2 of the documents"):
        await ingestion.indexes.switch(TENANT, "library", 2)


async def test_a_text_that_the_new_model_refuses_fails_alone():
    refusal = InvalidArgument("no", violations=(Violation("texts", "is poison"),))
    world = fake_world(embedder=FakeEmbedder())
    async with world.running(PATIENT) as ingestion:
        corpus = await corpus_of(ingestion)
        await put(ingestion, corpus, document("bad", "This is poison."), document("good"))
        world.ports.embedder.poison = refusal
        index = await ingestion.indexes.begin(TENANT, "library", SMALL, None, switches=True)
        await settled(ingestion)

        assert [reason for (where, *_), reason in world.ports.indexes.failures.items() if where == index.id] == ["no"]
        assert (await live(ingestion)).number == 1


async def test_while_documents_keep_coming_the_switch_still_happens(world, ingestion, corpus):
    stop = asyncio.Event()

    async def keep_putting():
        number = 0
        while not stop.is_set():
            number += 1
            await put(ingestion, corpus, document(f"new {number}"))
        return number

    writing = asyncio.create_task(keep_putting())
    await ingestion.indexes.begin(TENANT, "library", SMALL, None, switches=True)
    while (await live(ingestion)).number == 1:
        await ingestion.builder.step()
    stop.set()
    count = await writing

    seen = await world.eye.visible(corpus)
    assert len(seen) == count + 2
    assert all(each.whole for each in seen.values())

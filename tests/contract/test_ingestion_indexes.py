"""Other indexes of a corpus: the same cases on the stores in memory and on PostgreSQL, Milvus Lite and a folder."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import replace
from itertools import count

import pytest
import pytest_asyncio

from chassis.errors import Aborted, FailedPrecondition
from ingestion.checking.words import Author
from ingestion.corpora.words import Chunking
from ingestion.indexing.words import Building
from ingestion.writing.fingerprint import PIPELINE
from rigs.ingestion import SETTINGS, TENANT, corpus_of, document, fake_world, put
from rigs.ingestion_stores import stores_world

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("ingestion-stores")]

NAMES = (f"corpus-{number}" for number in count())
LONG = "\n\n".join(f"# Part {number}\n\n" + f"Turbine {number} turns in the water. " * 40 for number in range(4))
SMALL = Chunking(max_tokens=32)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def real(tmp_path_factory):
    async with stores_world(tmp_path_factory.mktemp("objects")) as world:
        yield world


@pytest.fixture(params=["fake", "real"])
def world(request):
    return fake_world() if request.param == "fake" else request.getfixturevalue("real")


@pytest_asyncio.fixture(loop_scope="module")
async def ingestion(world):
    async with world.running(SETTINGS.model_copy(update={"index_every": 3600.0})) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def corpus(ingestion):
    made = await corpus_of(ingestion, next(NAMES))
    await put(ingestion, made, document("a", LONG, mime="text/markdown"), document("b"))
    return made


async def settled(ingestion):
    while await ingestion.builder.step():
        pass


async def begun(world, corpus):
    """Begin an index behind the builder's back, so that nobody works on it."""
    settings = replace(corpus.index.settings, chunking=SMALL)
    index = await world.ports.indexes.begin(corpus.id, settings, corpus.index.collection, switches=False)
    return Building(corpus=corpus, index=index, switches=False)


async def now(ingestion, corpus):
    return await ingestion.corpora.named(TENANT, corpus.name)


async def test_a_switch_changes_what_every_reader_sees_in_one_step_and_back(world, ingestion, corpus):
    before = await world.eye.books(corpus)
    await ingestion.indexes.begin(TENANT, corpus.name, SMALL, None, switches=True)
    await settled(ingestion)
    switched = await now(ingestion, corpus)

    assert (switched.index.number, switched.version) == (2, before.version + 1)
    assert all(each.whole for each in (await world.eye.visible(switched)).values())
    assert (await world.eye.books(switched)).chunks > before.chunks

    await ingestion.indexes.switch(TENANT, corpus.name, 1)
    await settled(ingestion)
    back = await now(ingestion, corpus)
    assert back.index.number == 1
    assert (await world.eye.books(back)).lexicon == before.lexicon


async def test_writes_meanwhile_are_in_both_and_the_books_are_right(world, ingestion, corpus):
    await ingestion.indexes.begin(TENANT, corpus.name, SMALL, None, switches=False)
    await settled(ingestion)
    await put(ingestion, corpus, document("b", "Newer."), document("c"))
    await ingestion.putter.delete(corpus, "a")
    await ingestion.indexes.switch(TENANT, corpus.name, 2)
    await settled(ingestion)
    switched = await now(ingestion, corpus)

    seen = await world.eye.visible(switched)
    assert seen.keys() == {"b", "c"}
    assert all(each.whole for each in seen.values())
    assert seen["b"].text == "Newer."
    assert (switched.documents, switched.index.chunks) == (2, 2)
    assert (await world.eye.books(switched)).chunks == 2


async def test_a_dropped_index_leaves_nothing_behind(world, ingestion, corpus):
    await ingestion.indexes.begin(TENANT, corpus.name, SMALL, None, switches=True)
    await settled(ingestion)
    await ingestion.indexes.drop(TENANT, corpus.name, 1)
    await settled(ingestion)
    await ingestion.sweeper.sweep()

    assert [each.number for each in await world.ports.indexes.indexes(corpus.id)] == [2]
    assert all(each.whole for each in (await world.eye.visible(await now(ingestion, corpus))).values())


async def test_what_an_index_lacks_is_found_page_by_page_with_who_wrote_it(world, ingestion, corpus):
    author = Author(by="ann", groups=frozenset({"everyone"}))
    await put(ingestion, corpus, *(document(f"page {number}", author=author) for number in range(3)))
    building = await begun(world, corpus)

    first = await world.ports.indexes.stale(building, PIPELINE, 3)
    second = await world.ports.indexes.stale(building, PIPELINE, 3, first[-1].source_id)

    found = [(each.source_id, each.by) for each in (*first, *second)]
    assert found == [("a", ""), ("b", ""), *((f"page {number}", "ann") for number in range(3))]
    assert await world.ports.indexes.stale(building, PIPELINE, 3, "page 2") == []


async def test_an_index_that_lacks_a_document_is_not_finished(world, ingestion, corpus):
    building = await begun(world, corpus)

    assert building in await world.ports.indexes.unfinished()
    assert (await world.ports.indexes.standing(building, PIPELINE)).missing == 2
    assert await world.ports.indexes.finish(building, PIPELINE) is None
    assert (await now(ingestion, corpus)).index.number == 1


async def test_a_document_that_failed_is_counted_until_it_changes(world, ingestion, corpus):
    building = await begun(world, corpus)
    index = building.index
    stale = await world.ports.indexes.stale(building, PIPELINE, 10)
    await world.ports.indexes.fail(index.id, stale[0], "cannot be cut")

    assert (await world.ports.indexes.standing(building, PIPELINE)).failed == 1
    assert len(await world.ports.indexes.stale(building, PIPELINE, 10)) == 1
    await put(ingestion, corpus, document(stale[0].source_id, "Changed."))
    assert (await world.ports.indexes.standing(building, PIPELINE)).failed == 0
    assert len(await world.ports.indexes.stale(building, PIPELINE, 10)) == 2


async def test_a_document_that_changed_is_not_rebuilt_as_it_was(world, ingestion, corpus):
    building = await begun(world, corpus)
    stale = {each.source_id: each for each in await world.ports.indexes.stale(building, PIPELINE, 10)}
    await put(ingestion, corpus, document("b", "Changed meanwhile."))

    async with aclosing(ingestion.builder.embeddings()) as embeddings:
        with pytest.raises(Aborted):
            await ingestion.builder.documents.rebuild(building, stale["b"], embeddings)
    with pytest.raises(FailedPrecondition):
        await ingestion.indexes.begin(TENANT, corpus.name, Chunking(max_tokens=64), None, switches=False)

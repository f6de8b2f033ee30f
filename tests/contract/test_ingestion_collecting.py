"""Originals go when nobody refers to them any more, and never while somebody is about to."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
import pytest_asyncio

from ingestion.indexing.words import LostOriginal
from ingestion.writing.words import Written
from rigs.demanding import OWNED, demanding
from rigs.ingestion import SETTINGS, TENANT, corpus_of, document, fake_world, put
from rigs.ingestion_stores import stores_world

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("ingestion-collecting")]

NAMES = (f"collected-{number}" for number in count())
NOW = SETTINGS.model_copy(update={"originals_grace": 0.0})


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def real(tmp_path_factory):
    async with stores_world(tmp_path_factory.mktemp("objects")) as world:
        yield world


@pytest.fixture(params=["fake", "real"])
def world(request):
    return fake_world() if request.param == "fake" else request.getfixturevalue("real")


@pytest_asyncio.fixture(loop_scope="module")
async def ingestion(world):
    async with world.running(NOW) as running:
        yield running


async def kept(world, text):
    try:
        return bool(await world.ports.originals.read(TENANT, hashlib.sha256(text.encode()).hexdigest()))
    except LostOriginal:
        return False


async def test_originals_of_replaced_and_deleted_documents_go_and_others_stay(world, ingestion):
    corpus = await corpus_of(ingestion, next(NAMES))
    await put(ingestion, corpus, document("a", "Old a."), document("b", "Gone b."), document("c", "Shared."))
    await put(ingestion, corpus, document("a", "New a."), document("d", "Shared."))
    await ingestion.putter.delete(corpus, "b")
    await ingestion.putter.delete(corpus, "d")

    await ingestion.collector.collect()

    texts = ("Old a.", "New a.", "Gone b.", "Shared.")
    assert {text: await kept(world, text) for text in texts} == dict(
        zip(texts, (False, True, False, True), strict=True)
    )


async def test_originals_that_a_crash_left_behind_go_and_those_of_deleted_corpora(world, ingestion):
    corpus = await corpus_of(ingestion, next(NAMES))
    await put(ingestion, corpus, document("a", "Of a corpus that goes."))
    await world.ports.originals.keep(TENANT, hashlib.sha256(b"Orphan.").hexdigest(), b"Orphan.")
    await ingestion.changes.delete(TENANT, corpus.name)
    await ingestion.clearer.clear()

    await ingestion.collector.collect()

    assert not await kept(world, "Orphan.")
    assert not await kept(world, "Of a corpus that goes.")


async def test_the_original_of_a_document_that_is_held_back_stays(world, ingestion):
    corpus = await demanding(ingestion, next(NAMES), **OWNED)
    await put(ingestion, corpus, document("a", "Nobody owns this."))

    await ingestion.collector.collect()

    assert await kept(world, "Nobody owns this.")


async def test_an_original_is_left_alone_for_the_grace(world):
    later = replace(world.ports, clock=lambda: datetime.now(UTC) + timedelta(seconds=20))
    async with world.running(SETTINGS.model_copy(update={"originals_grace": 15.0})) as ingestion:
        corpus = await corpus_of(ingestion, next(NAMES))
        await put(ingestion, corpus, document("a", "Young."))
        await ingestion.putter.delete(corpus, "a")
        await ingestion.collector.collect()
        assert await kept(world, "Young.")
    async with replace(world, ports=later).running(SETTINGS.model_copy(update={"originals_grace": 15.0})) as ingestion:
        await ingestion.collector.collect()
    assert not await kept(world, "Young.")


class Between:
    """Lets a whole collection run between two steps of a writer, and a writer between two of a collection."""

    def __init__(self, originals):
        self._originals = originals
        self.after_keep = self.before_remove = None

    def __getattr__(self, name):
        return getattr(self._originals, name)

    async def keep(self, *arguments):
        await self._originals.keep(*arguments)
        if self.after_keep:
            await self.after_keep()

    async def remove(self, *arguments):
        if self.before_remove:
            await self.before_remove()
        await self._originals.remove(*arguments)


async def test_a_collection_between_keeping_and_commit_takes_nothing_away(world):
    between = Between(world.ports.originals)
    async with replace(world, ports=replace(world.ports, originals=between)).running(NOW) as ingestion:
        corpus = await corpus_of(ingestion, next(NAMES))
        between.after_keep = ingestion.collector.collect

        outcome = (await put(ingestion, corpus, document("a", "In between.")))["a"]

    assert isinstance(outcome, Written)
    assert await kept(world, "In between.")


async def test_a_writer_that_comes_while_its_content_is_removed_keeps_it_again(world):
    between = Between(world.ports.originals)
    async with replace(world, ports=replace(world.ports, originals=between)).running(NOW) as ingestion:
        corpus = await corpus_of(ingestion, next(NAMES))
        await put(ingestion, corpus, document("a", "Comes back."))
        await ingestion.putter.delete(corpus, "a")
        writers = []

        async def write():
            writers.append(asyncio.create_task(put(ingestion, corpus, document("b", "Comes back."))))
            done, _ = await asyncio.wait(writers, timeout=0.5)
            assert not done, "the writer waits for the removal"

        between.before_remove = write
        await ingestion.collector.collect()
        outcomes = [await writer for writer in writers]

    assert isinstance(outcomes[0]["b"], Written)
    assert await kept(world, "Comes back.")

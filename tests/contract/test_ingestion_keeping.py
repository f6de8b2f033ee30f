"""How documents go, and which may come: the same cases on the stores in memory and on the real ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
import pytest_asyncio

from chassis.filters import parsed
from ingestion.writing.words import Written
from rigs.ingestion import corpus_of, document, fake_world, put
from rigs.ingestion_stores import stores_world

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("ingestion-keeping")]

NAMES = (f"kept-{number}" for number in count())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def real(tmp_path_factory):
    async with stores_world(tmp_path_factory.mktemp("objects")) as world:
        yield world


@pytest.fixture(params=["fake", "real"])
def world(request):
    return fake_world() if request.param == "fake" else request.getfixturevalue("real")


@pytest_asyncio.fixture(loop_scope="module")
async def ingestion(world):
    async with world.running() as running:
        yield running


async def test_documents_go_by_a_filter_and_others_stay(world, ingestion):
    corpus = await corpus_of(ingestion, next(NAMES))
    kinds = {f"d{number:03}": ("draft" if number % 3 else "note") for number in range(30)}
    await put(ingestion, corpus, *(document(name, metadata={"kind": kind}) for name, kind in kinds.items()))
    condition = parsed("kind == 'draft' and @id < 'd020'")

    deleted, version = await ingestion.deleter.matching(corpus, condition)

    left = {name for name, kind in kinds.items() if not (kind == "draft" and name < "d020")}
    assert (deleted, (await world.eye.visible(corpus)).keys()) == (30 - len(left), left)
    assert version == (await world.eye.books(corpus)).version
    assert await ingestion.deleter.matching(corpus, condition) == (0, corpus.version)


async def test_a_document_that_changes_before_its_turn_is_not_deleted(world, ingestion):
    corpus = await corpus_of(ingestion, next(NAMES))
    await put(ingestion, corpus, document("a", metadata={"kind": "draft"}))
    (found,) = await world.ports.keeping.matching(corpus, parsed("kind == 'draft'"), "", 10)
    await put(ingestion, corpus, document("a", "It is done.", metadata={"kind": "final"}))

    assert (await ingestion.putter.delete(corpus, "a", found.generation))[0] is False
    assert (await world.eye.visible(corpus)).keys() == {"a"}


async def test_documents_go_when_they_are_older_than_their_corpus_keeps_them(world):
    later = replace(world.ports, clock=lambda: datetime.now(UTC) + timedelta(days=2))
    async with world.running() as now:
        short, long = await corpus_of(now, next(NAMES), retention_days=1), await corpus_of(now, next(NAMES))
        longer = await corpus_of(now, next(NAMES), retention_days=3)
        for corpus in (short, long, longer):
            await put(now, corpus, document("a"), document("b"))
        assert await now.deleter.aged() == 0
    async with replace(world, ports=later).running() as ingestion:
        assert await ingestion.deleter.aged() == 2

    assert [len(await world.eye.visible(corpus)) for corpus in (short, long, longer)] == [0, 2, 2]


async def test_a_document_without_room_is_refused_before_it_costs_anything(world, ingestion):
    corpus = await corpus_of(ingestion, next(NAMES), max_documents=2, max_bytes=120)
    first = await put(ingestion, corpus, document("a", "x" * 40), document("b", "y" * 40))
    calls = list(world.ports.embedder.calls)

    outcomes = await put(ingestion, corpus, document("c", "z"), document("a", "w" * 121))

    assert all(isinstance(each, Written) for each in first.values())
    assert {name: (each.word, each.retryable) for name, each in outcomes.items()} == dict.fromkeys(
        "ca", ("QUOTA_EXCEEDED", False)
    )
    assert world.ports.embedder.calls == calls
    assert isinstance((await put(ingestion, corpus, document("a", "v" * 80)))["a"], Written)


async def test_documents_that_come_at_once_do_not_pass_the_quota_together(world, ingestion):
    corpus = await corpus_of(ingestion, next(NAMES), max_documents=3)

    outcomes = await put(ingestion, corpus, *(document(f"d{number}") for number in range(12)))

    assert sum(isinstance(each, Written) for each in outcomes.values()) == 3
    assert len(await world.eye.visible(corpus)) == 3

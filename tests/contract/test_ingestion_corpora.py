"""How corpora change and go: the same cases on the stores in memory and on the real ones."""

from __future__ import annotations

import asyncio
from itertools import count
from uuid import UUID

import psycopg
import pytest
import pytest_asyncio
from pymilvus import MilvusClient

from chassis.errors import Aborted, FailedPrecondition, NotFound
from ingestion.corpora.settings import CorpusSettings
from ingestion.corpora.words import Chunking
from ingestion.writing.words import Refused
from rigs.ingestion import TENANT, corpus_of, document, fake_world, put
from rigs.ingestion_stores import stores_world

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("ingestion-corpora")]

NAMES = (f"kept-{number}" for number in count())
LEFT = """
select (select count(*) from forebay.corpora where id = %(corpus)s),
    (select count(*) from forebay.indexes where corpus_id = %(corpus)s),
    (select count(*) from forebay.documents where corpus_id = %(corpus)s),
    (select count(*) from forebay.placements where index_id = %(index)s),
    (select count(*) from forebay.lexicon where index_id = %(index)s),
    (select count(*) from forebay.surplus where collection = %(collection)s),
    (select count(*) from forebay.chunks c where c.text like %(text)s)
"""


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


async def cleared(ingestion):
    """Everything that the background does about deleted corpora."""
    await ingestion.clearer.clear()
    await ingestion.sweeper.sweep()
    await ingestion.clearer.clear()


async def test_a_deleted_corpus_is_gone_at_once_and_its_name_is_free(world, ingestion):
    name = next(NAMES)
    old = await corpus_of(ingestion, name)
    await put(ingestion, old, document("a", "Old."), document("b"))

    assert await ingestion.changes.delete(TENANT, name)
    assert not await ingestion.changes.delete(TENANT, name)
    with pytest.raises(NotFound):
        await ingestion.corpora.named(TENANT, name)

    new = await corpus_of(ingestion, name, Chunking(max_tokens=64))
    await put(ingestion, new, document("a", "New."))
    await cleared(ingestion)
    seen = await world.eye.visible(new)
    assert {source: (each.text, each.whole) for source, each in seen.items()} == {"a": ("New.", True)}


async def test_whoever_still_holds_a_deleted_corpus_is_told_that_there_is_none(ingestion):
    corpus = await corpus_of(ingestion, next(NAMES))
    await ingestion.changes.delete(TENANT, corpus.name)

    outcomes = await put(ingestion, corpus, document("a"))

    assert isinstance(outcomes["a"], Refused)
    assert "no corpus" in outcomes["a"].reason


async def test_what_a_deleted_corpus_held_is_cleared_away(real):
    async with real.running() as ingestion:
        kept, gone = await corpus_of(ingestion, next(NAMES)), await corpus_of(ingestion, next(NAMES))
        await put(ingestion, kept, document("a"))
        await put(ingestion, gone, *(document(f"d{number}", f"Forgotten {number}.") for number in range(7)))
        await put(ingestion, gone, document("d1", "Forgotten twice."))
        await ingestion.changes.delete(TENANT, gone.name)
        await cleared(ingestion)

        assert await real.eye.rows(gone) == 0
        assert (await real.eye.visible(kept))["a"].whole
    where = {"corpus": gone.id, "index": gone.index.id, "collection": gone.index.collection, "text": "Forgotten%"}
    with psycopg.connect(real.dsn) as connection:
        assert connection.execute(LEFT, where).fetchone() == (0, 0, 0, 0, 0, 0, 0)


async def test_a_collection_of_its_own_goes_with_the_corpus_and_not_before_its_rows(real):
    async with real.running() as ingestion:
        corpus = await corpus_of(ingestion, next(NAMES), own_collection=True)
        await put(ingestion, corpus, document("a"))
        collections = MilvusClient(real.milvus_uri, timeout=10)
        await ingestion.changes.delete(TENANT, corpus.name)

        await ingestion.clearer.clear()
        assert corpus.index.collection in collections.list_collections()
        await cleared(ingestion)
        assert corpus.index.collection not in collections.list_collections()


async def test_clearing_goes_on_where_it_was_broken_off(world, ingestion):
    corpus = await corpus_of(ingestion, next(NAMES))
    await put(ingestion, corpus, *(document(f"d{number}") for number in range(5)))
    await ingestion.changes.delete(TENANT, corpus.name)

    assert await world.ports.keeping.bury(2)
    await cleared(ingestion)

    assert not await world.ports.keeping.bury(2)
    assert corpus.id not in {grave.corpus for grave in await world.ports.keeping.graves()}


async def test_settings_are_replaced_as_a_whole_and_the_version_rises(ingestion):
    corpus = await corpus_of(ingestion, next(NAMES), max_documents=5, retention_days=3)

    changed = await ingestion.changes.change(TENANT, corpus.name, CorpusSettings(max_documents=7))

    assert changed.settings == CorpusSettings(max_documents=7)
    assert changed.version == corpus.version + 1


async def test_settings_that_are_not_what_is_expected_are_not_replaced(ingestion):
    corpus = await corpus_of(ingestion, next(NAMES), max_documents=5)
    await ingestion.changes.change(TENANT, corpus.name, CorpusSettings(max_documents=6), corpus.settings)

    with pytest.raises(Aborted):
        await ingestion.changes.change(TENANT, corpus.name, CorpusSettings(max_documents=7), corpus.settings)
    with pytest.raises(FailedPrecondition):
        await ingestion.changes.change(TENANT, corpus.name, CorpusSettings(own_collection=True))
    assert (await ingestion.corpora.named(TENANT, corpus.name)).settings.max_documents == 6


async def test_no_version_of_a_deleted_corpus_is_shown(real):
    from valkey.asyncio import Valkey

    async with real.running() as ingestion, Valkey.from_url(real.valkey_url) as client:
        corpus = await corpus_of(ingestion, next(NAMES))
        key = f"forebay:corpus-version:{corpus.tenant}:{corpus.name}"
        await put(ingestion, corpus, document("a"))
        await ingestion.changes.change(TENANT, corpus.name, CorpusSettings(max_documents=9))
        assert await client.get(key) == b"2"
        putting = asyncio.create_task(put(ingestion, corpus, *(document(f"d{number}") for number in range(40))))
        await asyncio.sleep(0)
        await ingestion.changes.delete(TENANT, corpus.name)
        await putting

        assert await client.get(key) is None


async def test_corpora_are_told_page_by_page_and_their_versions_but_for_those_that_are_gone(world, ingestion):
    one, two, gone = [await corpus_of(ingestion, next(NAMES)) for _ in range(3)]
    await put(ingestion, two, document("a"))
    await ingestion.changes.delete(TENANT, gone.name)
    book, told, after = world.ports.book, [], UUID(int=0)
    while page := await book.page(after, 2):
        told, after = [*told, *page], page[-1].id
    versions = await book.versions([one.id, two.id, gone.id])

    assert [corpus.id for corpus in told] == sorted(corpus.id for corpus in told)
    assert {one.id, two.id} <= {corpus.id for corpus in told}
    assert gone.id not in {corpus.id for corpus in told}
    assert versions == {one.id: one.version, two.id: one.version + 1}

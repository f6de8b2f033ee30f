"""The same cases on the stores in memory and on a real PostgreSQL and Milvus."""

from __future__ import annotations

from dataclasses import replace

import psycopg
import pytest
import pytest_asyncio
from pydantic import SecretStr
from pymilvus import MilvusClient

from chassis.deadline import within
from chassis.errors import DeadlineExceeded, NotFound, Unavailable
from chassis.stores.milvus import MilvusConnection
from chassis.terms import term_id
from fakes.catalogue import FakeCatalogue
from fakes.library import MODEL
from fakes.vectors import FakeVectors, at_hand
from retrieval.lineage.tracing import Tracing
from retrieval.milvus import milvus
from retrieval.postgres import connections, postgres
from retrieval.reading import Reading
from retrieval.records import Place, Reader, Sight
from retrieval.search.searcher import Searcher
from retrieval.search.words import Embedded, Mode, Query
from retrieval.settings import RetrievalSettings, StoreSettings
from rigs.retrieval_stores import CORPORA, GROUPS, LIBRARY, NORTH, READERS, allowed, filled_stores

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("retrieval-stores")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def real():
    async with filled_stores() as stores:
        yield stores


@pytest.fixture(params=["fake", "real"])
def stores(request):
    if request.param == "fake":
        return FakeCatalogue(LIBRARY), FakeVectors(LIBRARY)
    real = request.getfixturevalue("real")
    return real.catalogue, real.vectors


def named(reader):
    """Name a case alike in every process: the order of a set is not."""
    return " ".join((reader.tenant, *sorted(reader.groups)))


@pytest.mark.parametrize("reader", READERS, ids=named)
async def test_each_half_finds_what_tenant_corpus_and_groups_allow_and_nothing_else(stores, reader):
    catalogue, vectors = stores
    for name in CORPORA:
        corpus, _ = await catalogue.opened(reader.tenant, name, [])

        dense = await vectors.dense(reader, corpus, NORTH, 100)
        lexical = await vectors.lexical(reader, corpus, {term_id("compass"): 1.0, term_id("queue"): 1.0}, 100)

        assert {hit.place for hit in dense} == allowed(reader, name, committed_only=False)
        assert {hit.place for hit in lexical} <= {hit.place for hit in dense}


@pytest.mark.parametrize("reader", READERS, ids=named)
async def test_only_committed_chunks_of_the_reader_are_shown(stores, reader):
    catalogue, _ = stores
    everything = [one.place(ordinal) for one in LIBRARY.written for ordinal in range(len(one.chunks))]
    for name in CORPORA:
        corpus, _ = await catalogue.opened(reader.tenant, name, [])

        shown = await catalogue.seen(reader, corpus, everything, everything)

        assert set(shown) == allowed(reader, name)
        assert all(sight.chunk is not None for sight in shown.values())
        without = await catalogue.seen(reader, corpus, everything, ())
        assert without == {place: Sight(sight.document_id, None) for place, sight in shown.items()}
        older = [replace(place, generation=place.generation - 1) for place in everything]
        assert await catalogue.replaced(reader, corpus, older) == bool(shown)
        assert not await catalogue.replaced(reader, corpus, everything)


@pytest.mark.parametrize("reader", READERS, ids=named)
async def test_documents_are_listed_and_read_alike(stores, reader):
    reading, tracing = Reading(stores[0]), Tracing(stores[0])
    expected = sorted({one.source for one in LIBRARY.written if one.place(0) in allowed(reader, "docs")})

    page = await reading.page(reader, "docs", 100, "")
    assert [document.id for document in page.documents] == expected
    for source in {one.source for one in LIBRARY.written}:
        if source in expected:
            assert (await reading.document(reader, "docs", source)) in page.documents
            origins = [one.origin(0) for one in LIBRARY.written if one.source == source]
            assert (await tracing.lineage(reader, "docs", source, 0)) in origins
        else:
            with pytest.raises(NotFound):
                await reading.document(reader, "docs", source)
            with pytest.raises(NotFound):
                await tracing.lineage(reader, "docs", source, None)
        chunks = await reading.chunks(reader, "docs", [(source, 0), (source, 99)])
        assert [chunk.document_id for chunk in chunks] == ([source] if source in expected else [])


async def test_a_corpus_of_somebody_who_moved_in_elsewhere_shows_nothing(stores):
    catalogue, _ = stores
    theirs, _ = await catalogue.opened("globex", "docs", [])
    reader = Reader(tenant="acme", groups=frozenset(GROUPS))
    everything = [one.place(0) for one in LIBRARY.written]

    assert await catalogue.seen(reader, theirs, everything, everything) == {}
    assert await catalogue.documents(reader, theirs, "", 100) == []


async def test_a_corpus_is_described_as_it_was_written(stores):
    catalogue, _ = stores
    corpus, counts = await catalogue.opened("acme", "docs", [term_id("queue"), term_id("nothing")])

    assert corpus == LIBRARY.corpus("acme", "docs")
    assert counts == {term_id("queue"): 5}
    assert await catalogue.corpora("acme") == [LIBRARY.corpus("acme", name) for name in CORPORA]


@pytest.mark.parametrize("name", ["absent", "x' or '1'='1"])
async def test_an_unknown_corpus_is_not_found(stores, name):
    with pytest.raises(NotFound):
        await stores[0].opened("acme", name, [])


@pytest.mark.parametrize("mode", list(Mode))
async def test_the_same_search_finds_the_same_in_memory_and_in_the_real_stores(real, mode):
    embedded = at_hand(Embedded(NORTH, MODEL))
    query = Query(corpus="docs", text="queues and a compass", embedded=embedded, mode=mode, top_k=5)
    for reader in READERS:
        ours = await Searcher(FakeCatalogue(LIBRARY), FakeVectors(LIBRARY)).search(reader, query)
        theirs = await Searcher(real.catalogue, real.vectors).search(reader, query)

        assert [hit.chunk for hit in theirs.hits] == [hit.chunk for hit in ours.hits]
        assert [hit.score for hit in theirs.hits] == pytest.approx([hit.score for hit in ours.hits], abs=1e-5)
        assert replace(theirs, hits=()) == replace(ours, hits=())


async def test_a_collection_that_is_not_there_holds_nothing(real):
    catalogue, vectors = real.catalogue, real.vectors
    corpus = replace((await catalogue.opened("acme", "docs", []))[0], collection="chunks_absent")

    assert await vectors.dense(READERS[0], corpus, NORTH, 10) == []


async def test_a_collection_that_the_server_forgot_is_loaded_again(real):
    catalogue, vectors = real.catalogue, real.vectors
    corpus, _ = await catalogue.opened("acme", "docs", [])
    client = MilvusClient(real.milvus_uri, dedicated=True)
    client.release_collection(corpus.collection)
    client.close()

    assert len(await vectors.dense(READERS[0], corpus, NORTH, 10)) == 2


async def test_connections_that_the_server_cut_are_made_again(real):
    with psycopg.connect(real.settings.postgres_dsn.get_secret_value()) as connection:
        connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()")

    assert len(await real.catalogue.corpora("acme")) == 2


async def test_nothing_can_be_written_by_these_connections(real):
    async with connections(real.settings, RetrievalSettings()) as pool, pool.connection() as connection:
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            await connection.execute("delete from forebay.chunks")


async def test_no_time_left_is_told_as_such(real):
    catalogue, vectors = real.catalogue, real.vectors
    corpus, _ = await catalogue.opened("acme", "docs", [])
    for call in (
        lambda: catalogue.opened("acme", "docs", []),
        lambda: vectors.dense(READERS[0], corpus, NORTH, 10),
    ):
        with within(0.0), pytest.raises(DeadlineExceeded):
            await call()


async def test_a_store_that_is_away_is_told_at_once_and_in_our_words():
    stores = StoreSettings(postgres_dsn=SecretStr("postgresql://127.0.0.1:1/x"))
    settings = RetrievalSettings(postgres_timeout=1.0, milvus_timeout=1.0)
    async with (
        postgres(stores, settings) as catalogue,
        milvus(MilvusConnection(uri="http://127.0.0.1:1"), settings) as vectors,
    ):
        for call in (catalogue.ping, vectors.ping):
            with pytest.raises(Unavailable) as caught:
                await call()
            assert caught.value.retry_after
            assert "127.0.0.1" not in caught.value.message


async def test_places_that_no_store_holds_are_simply_not_there(stores):
    catalogue, _ = stores
    corpus, _ = await catalogue.opened("acme", "docs", [])
    assert await catalogue.seen(READERS[0], corpus, [Place("f" * 32, 2**40, 2**31 - 1)], ()) == {}

"""What reaches a Milvus cluster, over its real protocol, and what a Milvus that hangs does to its callers."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from time import monotonic

import grpc
import pytest

from chassis.errors import Unavailable
from chassis.stores.milvus import MilvusConnection
from fakes.library import Library, Written
from fakes.milvus import FakeMilvus, mute, serving
from ingestion.committing.words import Surplus
from ingestion.milvus import MilvusIndex
from ingestion.settings import MilvusSettings
from retrieval.milvus import milvus
from retrieval.records import Reader
from retrieval.settings import RetrievalSettings
from rigs.certificates import authority
from rigs.drafts import draft

CREDENTIAL = "root:secret"
READER = Reader(tenant="acme", groups=frozenset({"everyone"}))
CORPUS = Library([Written(source="a", chunks=(("text", (1.0, 0.0, 0.0, 0.0)),))]).corpus("acme", "docs")
DRAFT = draft("a")
GONE = Surplus(document=DRAFT.id, generation=1, collection="chunks", chunks=3)
AFTER_CONNECTING = frozenset(
    {"ShowCollections", "DescribeCollection", "Insert", "Flush", "Delete", "Search", "LoadCollection"}
)


@pytest.fixture
async def fake():
    return FakeMilvus()


@asynccontextmanager
async def both(connection, seconds=5.0):
    """Open the writer and the reader."""
    async with (
        MilvusIndex(connection, MilvusSettings(timeout=seconds, partitions=64)) as index,
        milvus(connection, RetrievalSettings(milvus_timeout=seconds)) as vectors,
    ):
        yield index, vectors


async def test_credential_and_database_go_with_every_call(fake):
    async with serving(fake) as where:
        connection = MilvusConnection(uri=f"http://{where}", database="team", token=CREDENTIAL)
        async with both(connection) as (index, vectors):
            await index.ping()
            await vectors.ping()

    assert {credential for credential, _, _ in fake.who} == {CREDENTIAL}
    assert {
        database for (_, database, _), (call, _) in zip(fake.who, fake.asked, strict=True) if call != "Connect"
    } == {"team"}


async def test_a_collection_is_made_with_its_partitions_and_loaded_once_with_its_replicas(fake):
    async with serving(fake) as where, both(MilvusConnection(uri=f"http://{where}", replicas=3)) as (index, _):
        await index.prepare("chunks", 4)

    assert [one.num_partitions for one in fake.requests("CreateCollection")] == [64]
    assert [one.replica_number for one in fake.requests("LoadCollection")] == [3]
    assert {one.field_name for one in fake.requests("CreateIndex")} == {"dense", "lexical", "corpus", "document"}
    calls = [call for call, _ in fake.asked]
    assert calls.index("LoadCollection") > max(at for at, call in enumerate(calls) if call == "CreateIndex")


@pytest.mark.parametrize("level", ["Strong", "Bounded"])
async def test_a_search_asks_for_its_consistency(fake, level):
    settings = RetrievalSettings(milvus_consistency=level)
    async with serving(fake) as where, milvus(MilvusConnection(uri=f"http://{where}"), settings) as vectors:
        await vectors.dense(READER, CORPUS, (1.0, 0.0, 0.0, 0.0), 5)

    [search] = fake.requests("Search")
    assert (
        search.DESCRIPTOR.fields_by_name["consistency_level"].enum_type.values[search.consistency_level].name == level
    )


@pytest.mark.parametrize("shown", [True, False])
async def test_tls_is_spoken_with_the_authority_and_with_a_certificate_of_our_own_where_one_is_asked_for(
    fake, tmp_path, shown
):
    ours = authority(tmp_path)
    server, client = ours.signed("milvus.example"), ours.signed("forebay")
    credentials = grpc.ssl_server_credentials(
        [(server.key.read_bytes(), server.certificate.read_bytes())],
        root_certificates=ours.pair.certificate.read_bytes() if shown else None,
        require_client_auth=shown,
    )
    certificate = {"client_certificate_file": client.certificate, "client_key_file": client.key} if shown else {}
    async with serving(fake, credentials) as where:
        tls = {"uri": f"https://{where}", "server_name": "milvus.example"}
        async with both(MilvusConnection(ca_file=ours.pair.certificate, **tls, **certificate)) as (index, vectors):
            await index.ping()
            await vectors.ping()
        assert {name for _, _, name in fake.who} == {"forebay" if shown else ""}

        (tmp_path / "others").mkdir()
        stranger = authority(tmp_path / "others").pair.certificate
        async with both(MilvusConnection(ca_file=stranger, **tls), 1.0) as (index, vectors):
            with pytest.raises(Unavailable):
                await index.ping()
            with pytest.raises(Unavailable):
                await vectors.ping()


@asynccontextmanager
async def hanging(how):
    """A Milvus that hangs at once, at its first call, or after it was connected to."""
    if how == "mute":
        with mute() as where:
            yield where
    else:
        async with serving(FakeMilvus(hung=AFTER_CONNECTING if how == "later" else frozenset("*"))) as where:
            yield where


CALLS = {
    "index ping": lambda index, _: index.ping(),
    "index prepare": lambda index, _: index.prepare("chunks", 4),
    "index write": lambda index, _: index.write("chunks", [DRAFT]),
    "index flush": lambda index, _: index.flush("chunks"),
    "index remove": lambda index, _: index.remove("chunks", [GONE]),
    "vectors ping": lambda _, vectors: vectors.ping(),
    "vectors dense": lambda _, vectors: vectors.dense(READER, CORPUS, (1.0, 0.0, 0.0, 0.0), 5),
    "vectors lexical": lambda _, vectors: vectors.lexical(READER, CORPUS, {1: 1.0}, 5),
}


@pytest.mark.parametrize("how", ["mute", "first", "later"])
@pytest.mark.parametrize("call", CALLS)
async def test_a_milvus_that_hangs_is_away_within_the_timeout(how, call):
    async with hanging(how) as where, both(MilvusConnection(uri=f"http://{where}"), 0.5) as opened:
        begin = monotonic()
        with pytest.raises(Unavailable):
            async with asyncio.timeout(10):
                await CALLS[call](*opened)

    assert monotonic() - begin < 2.0

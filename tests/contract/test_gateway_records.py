"""The same cases on records in memory and in PostgreSQL."""

from __future__ import annotations

import asyncio

import psycopg
import pytest
import pytest_asyncio

from chassis.errors import Unavailable
from fakes.records import FakeRecords
from gateway.postgres import PostgresChains, pool
from gateway.records.committing import Committer
from gateway.records.store import CommitLimits
from gateway.records.verifying import verified
from gateway.records.words import Head, Texts
from rigs.records import Rows, appended, begun, emptied, migrated, record

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("gateway-records")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def dsn():
    async with migrated() as dsn:
        yield dsn


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def connections(dsn):
    async with pool(dsn, 4, 10) as connections:
        yield connections


@pytest.fixture
def real(dsn, connections):
    emptied(dsn)
    return Rows(connections, 10)


@pytest.fixture(params=["fake", "real"])
def store(request):
    if request.param == "fake":
        return FakeRecords()
    return request.getfixturevalue("real")


async def test_what_is_appended_is_read_as_it_was_written(store):
    chain = await begun(store)
    big = record(took=2**53 + 1, subject='quo"te\\ \u2028 \U0001f600', cost="0.0000000001")
    await appended(store, chain, big, record())
    await appended(store, chain, record())

    read = [link async for link in store.links(chain.head.writer)]

    assert [link.sequence for link in read] == [1, 2, 3]
    assert read[0].record.body == big.body
    assert (await verified(store)).faults == []
    assert list(await store.heads()) == [chain.head]


async def test_two_writers_have_chains_of_their_own(store):
    one, two = await begun(store), await begun(store)
    await asyncio.gather(appended(store, one, record()), appended(store, two, record(), record()))
    await store.anchor(one.head)
    await store.anchor(one.head)

    findings = await verified(store)

    assert (findings.chains, findings.records, findings.faults) == (2, 3, [])
    assert sorted(await store.writers()) == sorted([one.head.writer, two.head.writer])


async def test_a_record_is_found_by_request_and_trace_within_its_tenant(store):
    chain = await begun(store)
    texts = Texts(salt=b"s" * 16, question="who?", answer=None, days=3)
    wanted = record(texts, trace="e" * 32)
    await appended(store, chain, wanted, record())

    by_id, by_trace = await store.find(wanted.id, "acme"), await store.find("e" * 32, "")

    assert [kept.link.record.body for kept in by_id] == [wanted.body]
    assert [(kept.question, kept.answer) for kept in by_trace] == [("who?", None)]
    assert list(await store.find(wanted.id, "globex")) == []


async def test_texts_are_erased_within_their_tenant(store):
    chain = await begun(store)
    texts = Texts(salt=b"s" * 16, question="who?", answer="Ann", days=3)
    records = [record(texts), record(texts), record(texts, tenant="globex")]
    await appended(store, chain, *records)

    assert await store.erase("acme", [records[0].id, records[2].id]) == 1
    assert await store.erase_key("acme", "reader") == 1
    assert [kept.question for kept in await store.find(records[0].id, "")] == [None]
    assert [kept.question for kept in await store.find(records[2].id, "")] == ["who?"]
    assert (await verified(store)).faults == []


async def test_known_requests_are_told_apart(store):
    chain, there, other = await begun(store), record(), record()
    await appended(store, chain, there)

    assert await store.known([there.id, other.id]) == {there.id}


async def test_many_at_once_share_few_writes(store):
    committer = Committer(store, CommitLimits())
    async with committer.running():
        await asyncio.gather(*(committer.commit(record()) for _ in range(500)))
        findings = await verified(store)

    assert (findings.records, findings.faults) == (500, [])


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("update forebay.records set body = jsonb_set(body, '{cost}', '\"9\"') where sequence = 2", "was changed"),
        ("delete from forebay.records where sequence = 2", "missing up to 2"),
        ("delete from forebay.records where sequence = 3", "missing at the end"),
        ("delete from forebay.records", "missing at the end"),
        (
            "update forebay.records set sequence = case sequence when 1 then 20 else 1 end where sequence in (1, 2)",
            "was changed",
        ),
        (
            "insert into forebay.records select writer, 4, 'f', hash, body from forebay.records where sequence = 3",
            "was changed",
        ),
        ("update forebay.record_heads set sequence = 2", "not the one that was anchored"),
    ],
)
async def test_what_is_done_behind_its_back_is_found(real, dsn, statement, what):
    chain = await begun(real)
    await appended(real, chain, record(), record(), record())
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(statement)

    assert any(what in fault.what for fault in (await verified(real)).faults)


async def test_texts_whose_time_is_up_are_removed(real, dsn):
    chain = await begun(real)
    texts = Texts(salt=b"s" * 16, question="who?", answer="Ann", days=3)
    await appended(real, chain, record(texts), record(texts))
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(
            "update forebay.record_texts set expires_at = now() where id = (select max(id) from forebay.record_texts)"
        )

    assert await real.expire(10) == 1
    assert await real.expire(10) == 0


async def test_a_store_that_is_away_is_told_as_away(dsn):
    gone = psycopg.conninfo.make_conninfo(dsn, port=1, connect_timeout=1)
    async with pool(gone, 1, 0.5) as connections:
        with pytest.raises(Unavailable):
            await PostgresChains(connections, 0.5).begin(Head(writer="w", sequence=0, hash="0"))

"""What control's store and bell promise: the same cases in memory and in PostgreSQL."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import psycopg
import pytest
import pytest_asyncio

from chassis.errors import Unavailable
from control.migrate import migrate
from control.ports import Held
from control.postgres import PostgresBell, PostgresStore, pool
from control.resources.words import CONTROL, Author, Change, Ref, Step
from fakes.control_store import FakeStore
from rigs.postgres import postgres

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("control-store")]

ANNA = Author("anna", "acme")
ACME, POLICY = Ref("Tenant", "acme"), Ref("Policy", "gold")
CLEAR = """
truncate forebay.control_resources, forebay.control_revisions;
update forebay.control_state set version = 0, snapshot = ''
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def database():
    async with postgres() as dsn:
        await asyncio.to_thread(migrate, dsn)
        async with pool(dsn, 2, 10) as connections:
            yield dsn, PostgresStore(connections, 10)


@pytest.fixture(params=["fake", "real"])
def kept(request):
    """A store that is empty, and its bell."""
    if request.param == "fake":
        store = FakeStore()
        return store, store
    dsn, store = request.getfixturevalue("database")
    with psycopg.connect(dsn) as connection:
        connection.execute(CLEAR)
    return store, PostgresBell(dsn, every=30.0)


def step(base, *changes, author=ANNA):
    version = base + 1
    return Step(base=base, version=version, changes=changes, document=b"{%d}" % version, author=author)


async def test_a_new_store_is_at_version_0_and_holds_nothing(kept):
    store, _ = kept

    assert await store.newest() == Held(0, b"")
    assert await store.book() == (await store.book())
    assert ((await store.book()).version, dict((await store.book()).resources)) == (0, {})


async def test_a_step_is_made_whole_and_written_down(kept):
    store, _ = kept
    gold = {"caching": {"exact": False}, "models": {"ü": {}}}
    assert await store.commit(step(0, Change(ACME, None, {}), Change(POLICY, None, gold), author=CONTROL))
    assert await store.commit(step(1, Change(ACME, {}, {"policy": "gold"})))
    assert await store.commit(step(2, Change(POLICY, gold, None)))

    book = await store.book()
    assert (book.version, await store.newest()) == (3, Held(3, b"{3}"))
    assert {ref: (one.spec, one.version) for ref, one in book.resources.items()} == {ACME: ({"policy": "gold"}, 2)}
    assert book.resources[ACME].changed is not None
    told = await store.revisions(Ref("", ""), 0, 10)
    assert [(one.version, one.author, list(one.changes)) for one in told] == [
        (3, ANNA, [Change(POLICY, gold, None)]),
        (2, ANNA, [Change(ACME, {}, {"policy": "gold"})]),
        (1, CONTROL, [Change(POLICY, None, gold), Change(ACME, None, {})]),
    ]


async def test_a_step_from_an_older_version_leaves_no_trace(kept):
    store, _ = kept
    await store.commit(step(0, Change(ACME, None, {})))

    assert not await store.commit(step(0, Change(POLICY, None, {})))
    assert set((await store.book()).resources) == {ACME}
    assert len(await store.revisions(Ref("", ""), 0, 10)) == 1


async def test_of_many_at_once_one_is_first(kept):
    store, _ = kept
    made = await asyncio.gather(*(store.commit(step(0, Change(Ref("Tenant", f"t{n}"), None, {}))) for n in range(8)))

    assert sorted(made) == [False] * 7 + [True]
    assert len((await store.book()).resources) == 1


async def test_revisions_are_found_by_kind_and_name_and_in_pages(kept):
    store, _ = kept
    for base in range(4):
        await store.commit(step(base, Change(Ref("Tenant", f"t{base}"), None, {}), Change(POLICY, None, {"n": base})))

    async def versions(kind, name, before, limit):
        return [one.version for one in await store.revisions(Ref(kind, name), before, limit)]

    assert await versions("", "", 0, 2) == [4, 3]
    assert await versions("", "", 3, 10) == [2, 1]
    assert await versions("Tenant", "t1", 0, 10) == [2]
    assert await versions("Policy", "", 0, 10) == [4, 3, 2, 1]
    [only] = await store.revisions(Ref("Tenant", "t1"), 0, 10)
    assert [change.ref for change in only.changes] == [Ref("Tenant", "t1")]
    assert await versions("Route", "", 0, 10) == []


async def test_the_bell_rings_at_first_and_after_each_step_within_a_second(kept):
    store, bell = kept
    async with asyncio.timeout(20), aclosing(bell.rings()) as rings:
        await anext(rings)
        for base in range(3):
            ring = asyncio.ensure_future(anext(rings))
            await asyncio.sleep(0)
            await store.commit(step(base, Change(Ref("Tenant", f"t{base}"), None, {})))
            async with asyncio.timeout(1.0):
                await ring


async def test_a_store_that_is_away_says_so():
    async with pool("postgresql://nobody@127.0.0.1:1/none", 1, 0.3) as connections:
        with pytest.raises(Unavailable):
            await PostgresStore(connections, 0.3).book()
    with pytest.raises(Unavailable):
        await anext(PostgresBell("postgresql://nobody@127.0.0.1:1/none", every=1.0).rings())


async def test_migrations_go_back_and_forth_beside_those_of_others(database):
    dsn, _ = database
    await asyncio.to_thread(migrate, dsn, "base", back=True)
    with psycopg.connect(dsn) as connection:
        left = connection.execute("select table_name from information_schema.tables where table_schema = 'forebay'")
        assert left.fetchall() == [("control_history",)]
    await asyncio.to_thread(migrate, dsn)

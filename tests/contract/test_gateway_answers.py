"""The shelf of answers: the same cases on the fake and on a real Valkey, to which ingestion shows the versions."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import uuid4

import pytest
import pytest_asyncio
from valkey.asyncio import Valkey

from chassis.errors import Unavailable
from gateway.valkey.answers import ValkeyAnswers
from gateway.valkey.connecting import valkey as connected
from ingestion.valkey import shelf as versions
from rigs.answer_shelves import Fake, Real, key
from rigs.drafts import CORPUS
from rigs.valkey import valkey

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("gateway answers")]

MADE = {"prompt": "answer@1", "model generator": "toy@1"}
SHARE = 64 * 1024


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def url():
    async with valkey() as url:
        yield url


@pytest_asyncio.fixture(params=["fake", "real"], loop_scope="module")
async def there(request, url):
    if request.param == "fake":
        yield Fake()
        return
    async with connected(url) as client, versions(url) as ingestion:
        yield Real(ValkeyAnswers(client, 2**20, 5.0), ingestion)


@pytest.fixture
def corpus():
    return replace(CORPUS, id=uuid4(), tenant=f"t{uuid4().hex[:8]}")


async def test_what_is_kept_at_a_state_is_found_at_that_state(there, corpus):
    await there.show(corpus, 3)
    stamp = (await there.shelf.look(key(corpus))).stamp
    kept = await there.shelf.keep(key(corpus), stamp, b"\x00value\n", MADE, 60)
    looked = await there.shelf.look(key(corpus))

    assert (kept, looked.stamp, looked.value, looked.made) == (True, stamp, b"\x00value\n", MADE)
    assert stamp.version == 3


async def test_while_no_version_is_shown_there_is_no_state(there, corpus):
    before = (await there.shelf.look(key(corpus))).stamp
    await there.show(corpus, 3)
    await there.withdraw(corpus)

    assert (before, (await there.shelf.look(key(corpus))).stamp) == (None, None)


@pytest.mark.parametrize("then", ["withdrawn", "newer", "purged"])
async def test_what_was_made_at_another_state_is_not_kept(there, corpus, then):
    await there.show(corpus, 3)
    stamp = (await there.shelf.look(key(corpus))).stamp
    await {
        "withdrawn": lambda: there.withdraw(corpus),
        "newer": lambda: there.show(corpus, 4),
        "purged": lambda: there.shelf.purge(corpus.tenant, corpus.name),
    }[then]()

    assert not await there.shelf.keep(key(corpus), stamp, b"old", MADE, 60)
    assert (await there.shelf.look(key(corpus))).value is None


async def test_what_is_kept_is_gone_with_the_next_commit_also_when_a_purge_follows(there, corpus):
    await there.show(corpus, 3)
    stamp = (await there.shelf.look(key(corpus))).stamp
    await there.shelf.keep(key(corpus), stamp, b"old", MADE, 60)
    await there.show(corpus, 4)
    newer = await there.shelf.look(key(corpus))

    assert (newer.stamp.version, newer.value) == (4, None)


async def test_a_purge_forgets_one_corpus_or_all_of_one_tenant(there, corpus):
    other = replace(corpus, id=uuid4(), name="other")
    stranger = replace(corpus, id=uuid4(), tenant=f"{corpus.tenant}2")
    for one in (corpus, other, stranger):
        await there.show(one, 1)
        stamp = (await there.shelf.look(key(one))).stamp
        for number in range(3):
            await there.shelf.keep(key(one, f"why {number}?"), stamp, b"x", MADE, 60)
        await there.shelf.note(key(one).scope, stamp, b"note", 60)
    gone = [await there.shelf.purge(corpus.tenant, "other"), await there.shelf.purge(corpus.tenant, "")]
    values = [(await there.shelf.look(key(one, "why 1?"))).value for one in (corpus, other, stranger)]

    assert (gone, values) == ([3, 3], [None, None, b"x"])


async def test_notes_are_of_their_scope_and_state_newest_first_and_bounded(there, corpus):
    await there.show(corpus, 1)
    stamp = (await there.shelf.look(key(corpus))).stamp
    for number in range(40):
        await there.shelf.note(key(corpus).scope, stamp, b"%d\n" % number, 60)
    notes = await there.shelf.others(key(corpus).scope, stamp)
    elsewhere = await there.shelf.others(key(corpus, seed=1).scope, stamp)
    await there.show(corpus, 2)
    later = (await there.shelf.look(key(corpus))).stamp

    assert notes == [b"%d\n" % number for number in range(39, 7, -1)]
    assert (elsewhere, await there.shelf.others(key(corpus).scope, later)) == ([], [])


async def test_a_tenant_has_a_share_and_what_expires_soonest_goes_first(url, corpus):
    async with connected(url) as client, versions(url) as ingestion:
        there = Real(ValkeyAnswers(client, SHARE, 5.0), ingestion)
        await there.show(corpus, 1)
        stamp = (await there.shelf.look(key(corpus))).stamp
        for number in range(100):
            await there.shelf.keep(key(corpus, f"{number}?"), stamp, bytes(4096), MADE, 60 + number)
        found = [(await there.shelf.look(key(corpus, f"{number}?"))).value is not None for number in range(100)]
        large = await there.shelf.keep(key(corpus, "large?"), stamp, bytes(SHARE), MADE, 60)
        total = int(await client.hget(f"forebay:answer-sizes:{corpus.tenant}", "total"))

        assert sum(found) == SHARE // (4096 + 512)
        assert found == sorted(found)
        assert (large, 0 <= total <= SHARE) == (False, True)


async def test_an_answer_expires_and_no_longer_counts(url, corpus):
    async with connected(url) as client, versions(url) as ingestion:
        there = Real(ValkeyAnswers(client, SHARE, 5.0), ingestion)
        await there.show(corpus, 1)
        stamp = (await there.shelf.look(key(corpus))).stamp
        await there.shelf.keep(key(corpus), stamp, b"x", MADE, 0.05)
        while (await there.shelf.look(key(corpus))).value:  # noqa: ASYNC110 - it is Valkey's clock that is waited for
            await asyncio.sleep(0.01)
        await there.shelf.keep(key(corpus, "other?"), stamp, b"x", MADE, 60)

        assert await client.zcard(f"forebay:answers:{corpus.tenant}") == 1


async def test_a_version_that_another_run_of_the_server_was_told_is_not_believed(url, corpus):
    async with connected(url) as client, versions(url) as ingestion, Valkey.from_url(url) as raw:
        there = Real(ValkeyAnswers(client, SHARE, 5.0), ingestion)
        await there.show(corpus, 1)
        token = f"forebay:corpus-withdrawal:{corpus.tenant}:{corpus.name}"
        await raw.set(token, b"0" * 40 + (await raw.get(token))[40:])

        assert (await there.shelf.look(key(corpus))).stamp is None


async def test_a_valkey_that_is_away_is_told_soon():
    async with connected("redis://127.0.0.1:1/0") as client:
        with pytest.raises(Unavailable):
            await ValkeyAnswers(client, SHARE, 0.5).look(key(CORPUS))

"""The shelf of versions on a real Valkey, where a call that was given up may still arrive."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace

import pytest
from valkey.asyncio import Valkey

from chassis.errors import Unavailable
from fakes.book import FakeBook
from fakes.ledger import FakeLedger
from forebay_client.stack.parts import valkey as part
from gateway.valkey.answers import ValkeyAnswers
from gateway.valkey.connecting import valkey as connected
from ingestion.committing.publishing import Versions
from ingestion.committing.restoring import Restorer
from ingestion.valkey import shelf
from rigs.answer_shelves import key
from rigs.drafts import CORPUS
from rigs.standing import restartable
from rigs.valkey import valkey

KEY = f"forebay:corpus-version:{CORPUS.tenant}:{CORPUS.name}"


@pytest.fixture
async def url():
    async with valkey() as url:
        yield url


async def shown(url):
    async with Valkey.from_url(url) as client:
        return await client.get(KEY)


async def test_a_version_is_shown_until_it_is_withdrawn(url):
    async with shelf(url) as ours:
        await ours.drop([CORPUS])
        await ours.put(CORPUS, 3)
        before = await shown(url)
        await ours.drop([CORPUS])

    assert (before, await shown(url)) == (b"3", None)


async def test_a_version_that_arrives_after_a_newer_withdrawal_is_not_shown(url):
    async with shelf(url) as late, shelf(url) as ours:
        await late.drop([CORPUS])
        await ours.drop([CORPUS])
        await late.put(CORPUS, 3)
        meanwhile = await shown(url)
        await ours.put(CORPUS, 4)

    assert (meanwhile, await shown(url)) == (None, b"4")


async def test_a_version_that_nobody_withdrew_is_not_shown(url):
    async with shelf(url) as ours:
        await ours.put(CORPUS, 3)

    assert await shown(url) is None


async def test_a_valkey_that_forgot_everything_shows_nothing_until_it_is_told_again(url):
    async with shelf(url) as ours, Valkey.from_url(url) as client:
        await ours.drop([CORPUS])
        await client.flushall()
        await ours.put(CORPUS, 3)
        forgotten = await shown(url)
        await ours.drop([CORPUS])
        await ours.put(CORPUS, 4)

    assert (forgotten, await shown(url)) == (None, b"4")


async def test_a_valkey_that_forgot_everything_says_so_until_it_was_told_all(url):
    other = replace(CORPUS, name="other")
    async with shelf(url) as ours, Valkey.from_url(url) as client:
        await ours.settled(await ours.fresh())
        before = await ours.fresh()
        await client.flushall()
        run = await ours.fresh()
        await ours.drop([CORPUS])
        await ours.put(CORPUS, 3)
        lost = await ours.lost([CORPUS, other])
        await ours.drop([other])
        await ours.settled(run)

    assert (before, len(run), lost) == ("", 40, [other])


async def test_what_another_run_of_the_server_was_told_is_lost_and_so_is_what_is_withdrawn(url):
    other = replace(CORPUS, name="other")
    async with shelf(url) as ours, Valkey.from_url(url) as client:
        await ours.drop([CORPUS, other])
        await ours.put(CORPUS, 3)
        withdrawn = await ours.lost([CORPUS, other])
        await client.set(f"forebay:corpus-withdrawal:{CORPUS.tenant}:{CORPUS.name}", "0" * 40 + ".token")
        await ours.settled("0" * 40)

        assert withdrawn == [other]
        assert await ours.lost([CORPUS]) == [CORPUS]
        assert await ours.fresh()


async def test_a_valkey_that_was_restarted_shows_versions_again_and_no_answer_from_before():
    ledger = FakeLedger()
    ledger.corpora[CORPUS.tenant, CORPUS.name] = replace(CORPUS, version=3)
    async with restartable(part.PART) as server:
        url = part.url(server.place)
        async with shelf(url) as ours, connected(url) as client:
            answers, asked, publishing = ValkeyAnswers(client, 2**20, 5.0), key(CORPUS), Versions(ours)
            restorer = Restorer(ours, FakeBook(ledger), publishing, asyncio.Lock)
            await restorer.restore()
            before = (await answers.look(asked)).stamp
            await answers.keep(asked, before, b"old", {}, 60)
            await server.stop()
            await server.start()
            restarted = await until_answered(answers, asked)
            await restorer.restore()
            again = await answers.look(asked)
            await publishing.aclose()

    assert (before.version, restarted.stamp) == (3, None)
    assert (again.stamp.version, again.value) == (3, None)
    assert again.stamp != before


async def until_answered(answers, asked):
    """Return the first look after a restart that is answered: connections to the old server have to break first."""
    async with asyncio.timeout(10):
        while True:
            with suppress(Unavailable):
                return await answers.look(asked)

"""The shelf of versions on a real Valkey, where a call that was given up may still arrive."""

from __future__ import annotations

import pytest
from valkey.asyncio import Valkey

from ingestion.valkey import shelf
from rigs.drafts import CORPUS
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


async def test_a_valkey_that_forgot_everything_shows_nothing_until_the_next_commit(url):
    async with shelf(url) as ours, Valkey.from_url(url) as client:
        await ours.drop([CORPUS])
        await client.flushall()
        await ours.put(CORPUS, 3)
        forgotten = await shown(url)
        await ours.drop([CORPUS])
        await ours.put(CORPUS, 4)

    assert (forgotten, await shown(url)) == (None, b"4")

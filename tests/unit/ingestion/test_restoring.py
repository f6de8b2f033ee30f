"""A version that nobody is shown comes back without a commit, and an old one never does."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import UUID

import pytest

from chassis.errors import Unavailable
from fakes.book import FakeBook
from fakes.ledger import FakeLedger
from fakes.shelf import FakeShelf
from ingestion.committing.publishing import Versions
from ingestion.committing.restoring import PORTION, Restorer
from rigs.drafts import CORPUS

OTHER = replace(CORPUS, id=UUID(int=7), name="other", version=3)
THIRD = replace(CORPUS, id=UUID(int=8), name="third", version=5)


class Commits:
    """One at a time, as the gatherer makes them."""

    def __init__(self):
        self.turn = asyncio.Lock()
        self.stopped = 0

    @asynccontextmanager
    async def still(self):
        async with self.turn:
            self.stopped += 1
            yield


@pytest.fixture
def ledger():
    ledger = FakeLedger()
    ledger.corpora = {(corpus.tenant, corpus.name): corpus for corpus in (OTHER, THIRD)}
    return ledger


@pytest.fixture
def shelf():
    return FakeShelf()


@pytest.fixture
async def versions(shelf):
    made = Versions(shelf)
    yield made
    await made.aclose()


@pytest.fixture
def commits():
    return Commits()


@pytest.fixture
def restorer(shelf, ledger, versions, commits):
    return Restorer(shelf, FakeBook(ledger), versions, commits.still)


async def test_a_shelf_that_was_restarted_is_told_all_versions_again_and_then_left_alone(restorer, shelf, commits):
    await restorer.restore()
    shelf.restart()
    await restorer.restore()
    shown, stopped = dict(shelf.versions), commits.stopped
    await restorer.restore()

    assert shown == {"other": 3, "third": 5}
    assert commits.stopped == stopped


async def test_what_is_shown_is_left_as_it_is(restorer, shelf, versions):
    await versions.publish([OTHER], {OTHER.id: 3})
    await restorer.restore()

    assert (shelf.versions, shelf.puts) == ({"other": 3, "third": 5}, 2)


async def test_a_commit_that_failed_after_its_withdrawal_does_not_leave_a_corpus_without_a_version(
    restorer, shelf, versions
):
    await restorer.restore()
    await versions.withdraw([OTHER])
    hidden = dict(shelf.versions)
    await restorer.restore()

    assert (hidden, shelf.versions) == ({"third": 5}, {"other": 3, "third": 5})
    assert versions.hidden() == []


async def test_a_corpus_that_is_gone_is_not_shown_again(restorer, shelf, versions, ledger):
    await restorer.restore()
    await versions.withdraw([OTHER])
    del ledger.corpora[OTHER.tenant, OTHER.name]
    await restorer.restore()

    assert (shelf.versions, versions.hidden()) == ({"third": 5}, [])


async def test_a_commit_is_waited_for_and_its_version_is_the_one_that_is_shown(restorer, shelf, ledger, commits):
    async with commits.turn:
        restoring = asyncio.create_task(restorer.restore())
        await asyncio.sleep(0.01)
        meanwhile = dict(shelf.versions)
        ledger.corpora[OTHER.tenant, OTHER.name] = replace(OTHER, version=4)
    await restoring

    assert (meanwhile, shelf.versions["other"]) == ({}, 4)


async def test_what_could_not_be_restored_is_restored_the_next_time(restorer, shelf):
    shelf.away = True
    with pytest.raises(Unavailable):
        await restorer.restore()
    shelf.away = False
    await restorer.restore()

    assert shelf.versions == {"other": 3, "third": 5}


async def test_many_corpora_are_restored_in_portions_between_which_commits_go_on(restorer, shelf, ledger, commits):
    for number in range(2 * PORTION):
        one = replace(OTHER, id=UUID(int=100 + number), name=f"n{number}")
        ledger.corpora[one.tenant, one.name] = one
    await restorer.restore()

    assert (len(shelf.versions), commits.stopped) == (2 * PORTION + 2, 3)

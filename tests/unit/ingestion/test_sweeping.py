"""What nobody sees is swept; what is swept can never become visible."""

from __future__ import annotations

import asyncio

import pytest

from chassis.errors import Aborted, Unavailable
from fakes.book import FakeBook
from fakes.index import FakeIndex
from fakes.ledger import FakeLedger
from ingestion.committing.sweeping import Sweeper
from ingestion.committing.words import Batch
from ingestion.keeping.chores import repeated
from rigs.drafts import CORPUS, draft


@pytest.fixture
async def ledger():
    made = FakeLedger()
    await FakeBook(made).add(CORPUS)
    return made


@pytest.fixture
async def index():
    made = FakeIndex()
    await made.prepare(CORPUS.index.collection, 8)
    return made


async def written(ledger, index, *drafts):
    await ledger.announce(drafts)
    await index.write(CORPUS.index.collection, drafts)


async def test_a_generation_that_was_never_committed_goes(ledger, index):
    await written(ledger, index, draft("a", 3))

    assert await Sweeper(ledger, index, grace=0).sweep() == 1
    assert index.rows(CORPUS.index.collection) == set()
    assert ledger.notes == {}


async def test_a_generation_is_left_alone_for_the_grace(ledger, index):
    await written(ledger, index, draft("a", 3))

    assert await Sweeper(ledger, index, grace=60).sweep() == 0
    assert len(index.rows(CORPUS.index.collection)) == 3


async def test_what_was_claimed_by_the_sweeper_cannot_be_committed(ledger, index):
    slow = draft("a")
    await written(ledger, index, slow)
    await ledger.claim(0, 10)

    with pytest.raises(Aborted):
        await ledger.commit(Batch(drafts=(slow,)))
    assert ledger.placements == {}


async def test_many_generations_go_portion_by_portion(ledger, index):
    await written(ledger, index, *(draft(f"p{number}") for number in range(25)))

    assert await Sweeper(ledger, index, grace=0, most=10).sweep() == 25


async def test_a_sweep_that_fails_is_reported_and_tried_again(ledger):
    class Away(FakeIndex):
        async def remove(self, collection, surplus):
            raise Unavailable("the index is away")

    reports, third = [], asyncio.Event()

    async def pause(_seconds):
        if len(reports) == 3:
            third.set()
            await asyncio.Event().wait()  # for ever

    index = Away()
    await index.prepare(CORPUS.index.collection, 8)
    await written(ledger, index, draft("a"))
    sweeping = asyncio.create_task(repeated(Sweeper(ledger, index, grace=0).sweep, 1.0, reports.append, pause))
    await third.wait()
    sweeping.cancel()

    assert len(reports) == 3

"""Documents that are ready at about the same time share a commit."""

from __future__ import annotations

import asyncio

import pytest

from chassis.errors import Internal, Unavailable
from ingestion.committing.gathering import Gatherer, Gathering
from rigs.drafts import CORPUS, draft
from rigs.ingestion import Quiet

LONG = 3600.0


class Commits:
    """Remembers batches; fails those that hold a document of `bad`, or the first of all."""

    def __init__(self, bad: str = "", failure: Exception | None = None):
        self.batches: list[list[str]] = []
        self.generations: list[int] = []
        self.bad, self.failure = bad, failure

    async def __call__(self, batch):
        self.batches.append([each.source_id for each in batch.drafts])
        self.generations.append(max(each.generation for each in batch.drafts))
        await asyncio.sleep(0)
        if self.failure and (not self.bad or self.bad in self.batches[-1]):
            raise self.failure
        return {CORPUS.id: len(self.batches)}


@pytest.fixture
async def start():
    tasks = []

    def gatherer(commits, **gathering):
        made = Gatherer(commits, Gathering(**{"linger": LONG, **gathering}), Quiet())
        tasks.append(asyncio.create_task(made.forever()))
        return made

    yield gatherer
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def written(gatherer, *drafts):
    async def write(each):
        with gatherer.expecting():
            return await gatherer.write(each)

    return await asyncio.gather(*(write(each) for each in drafts), return_exceptions=True)


async def test_a_document_that_is_alone_does_not_wait(start):
    commits = Commits()

    assert await written(start(commits), draft("a")) == [1]


async def test_those_on_their_way_are_waited_for(start):
    commits = Commits()

    await written(start(commits), draft("a"), draft("b"), draft("c"))

    assert commits.batches == [["a", "b", "c"]]


async def test_one_that_turns_back_is_not_waited_for_any_more(start):
    commits = Commits()
    gatherer = start(commits)
    with gatherer.expecting():
        writing = asyncio.create_task(written(gatherer, draft("a")))
        for _ in range(5):
            await asyncio.sleep(0)
        assert commits.batches == []

    assert await writing == [1]


async def test_a_full_batch_does_not_wait(start):
    commits = Commits()
    gatherer = start(commits, most_chunks=5)
    with gatherer.expecting():
        await written(gatherer, draft("a", 3), draft("b", 3))

    assert commits.batches == [["a", "b"]]


async def test_a_batch_is_not_much_fuller_than_full(start):
    commits = Commits()

    await written(start(commits, most_chunks=4), draft("a", 3), draft("b", 3), draft("c", 3))

    assert commits.batches == [["a", "b"], ["c"]]


async def test_nobody_is_waited_for_longer_than_agreed(start):
    commits = Commits()
    gatherer = start(commits, linger=0.0)
    with gatherer.expecting():
        assert await written(gatherer, draft("a")) == [1]


async def test_a_bad_document_takes_no_other_with_it(start):
    commits = Commits("bad", Internal("the index did not take a chunk"))

    outcomes = await written(start(commits), draft("a"), draft("bad"), draft("c"))

    assert [type(outcome) for outcome in outcomes] == [int, Internal, int]
    assert commits.batches == [["a", "bad", "c"], ["a"], ["bad"], ["c"]]
    assert commits.generations == [1, 2, 2, 2]


async def test_a_store_that_is_away_is_not_asked_for_each_document(start):
    commits = Commits(failure=Unavailable("away"))

    outcomes = await written(start(commits), draft("a"), draft("b"))

    assert [type(outcome) for outcome in outcomes] == [Unavailable, Unavailable]
    assert len(commits.batches) == 1


async def test_a_mistake_of_ours_is_told_without_its_words(start):
    (outcome,) = await written(start(Commits(failure=KeyError("secret"))), draft("a"))

    assert isinstance(outcome, Internal)
    assert "secret" not in outcome.message

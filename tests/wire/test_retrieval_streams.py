"""A search is a stream: the query, and the vector that may follow it."""

from __future__ import annotations

import asyncio

import pytest

from chassis.errors import DeadlineExceeded, InvalidArgument, NotFound
from rigs.retrieval import MODEL, late, retrieval, search, somebody, stream, vector
from wire.chassis.probe import until

WORDS = {"vector": None, "model": None}


@pytest.fixture
async def serving(tmp_path):
    async with retrieval(tmp_path) as serving:
        yield serving


@pytest.fixture(autouse=True)
def asker():
    with somebody():
        yield


async def begun(serving):
    await asyncio.wait_for(serving.vectors.began["lexical"].wait(), 5)


async def test_a_vector_that_follows_finds_what_one_that_came_along_finds(serving):
    at_once = await serving.stub.Search(stream(search()))
    after = await serving.stub.Search(stream(search(**WORDS), late()))

    assert after == at_once
    assert after.hits[0].HasField("dense_score")


async def test_the_words_are_searched_before_the_vector_comes(serving):
    async def waiting():
        yield search(**WORDS)
        await begun(serving)
        assert [half for half, _ in serving.vectors.limits] == ["lexical"]
        yield late()

    answer = await serving.stub.Search(waiting(), timeout=10)

    assert list(answer.degraded) == []


async def test_a_stream_that_ends_without_a_vector_is_searched_by_words(serving):
    async def hopeful():
        yield search(**WORDS)
        await begun(serving)

    answer = await serving.stub.Search(hopeful(), timeout=10)

    assert (len(answer.hits), list(answer.degraded)) == (1, ["dense"])


@pytest.mark.parametrize(
    ("messages", "named"),
    [
        ([], "query"),
        ([late()], "corpus"),
        ([search(**WORDS), late(corpus="docs")], "corpus"),
        ([search(**WORDS), late(query="queues")], "query"),
        ([search(**WORDS), late(top_k=3)], "top_k"),
        ([search(**WORDS), late(vector=None)], "vector"),
        ([search(**WORDS), late(model=None)], "model"),
        ([search(**WORDS), late(vector=vector(float("nan"), 1.0))], "vector"),
        ([search(**WORDS), late(vector=vector(0.0, 1.0, count=2))], "vector.count"),
        ([search(**WORDS), search(**WORDS)], "corpus"),
        ([search(), late()], "request"),
        ([search(**WORDS), late(), late()], "request"),
    ],
)
async def test_a_stream_that_goes_on_as_it_must_not_is_refused(serving, messages, named):
    with pytest.raises(InvalidArgument) as caught:
        await serving.stub.Search(stream(*messages), timeout=10)

    assert caught.value.violations[0].field == named


async def test_an_unknown_corpus_is_told_without_waiting_for_the_vector(serving):
    async def never():
        yield search(corpus="absent", **WORDS)
        await asyncio.Event().wait()

    with pytest.raises(NotFound):
        await serving.stub.Search(never(), timeout=10)


async def test_a_vector_that_comes_too_late_ends_in_the_callers_deadline(serving):
    async def never():
        yield search(**WORDS)
        await asyncio.Event().wait()

    with pytest.raises(DeadlineExceeded):
        await serving.stub.Search(never(), timeout=0.3)


async def test_a_caller_that_goes_away_before_the_vector_leaves_nothing_running(serving):
    async def never():
        yield search(**WORDS)
        await asyncio.Event().wait()

    before = len(asyncio.all_tasks())
    call = serving.stub.Search(never(), timeout=20)
    await begun(serving)
    call.cancel()

    await until(lambda: len(asyncio.all_tasks()) <= before)
    assert (await serving.stub.Search(stream(search(model=MODEL)))).hits

from __future__ import annotations

import asyncio

import pytest

from chassis.deadline import within
from chassis.errors import DeadlineExceeded, InvalidArgument, NotFound, Overloaded, Unavailable
from fakes.embedder_port import MODEL, FakeEmbedder
from fakes.searcher import FakeRetriever, found, hit
from orchestrator.search.searcher import Searcher, SearchLimits
from orchestrator.search.words import Mode, Query

QUESTION = "Where are routes kept?"


@pytest.fixture
def embedder():
    return FakeEmbedder()


@pytest.fixture
def retriever():
    return FakeRetriever(found(QUESTION, hit("Routes are kept in a file.")))


@pytest.fixture
def searcher(embedder, retriever):
    return Searcher(embedder, retriever, SearchLimits())


def query(mode=Mode.HYBRID):
    return Query(corpus="docs", text=QUESTION, mode=mode, top_k=5)


async def test_the_question_is_embedded_and_the_vector_finds_chunks(searcher, embedder, retriever):
    result = await searcher.search(query())

    assert embedder.asked == [(QUESTION,)]
    assert retriever.asked[0][1].model == MODEL
    assert result.models == (MODEL,)
    assert result.degraded == ()


async def test_retrieval_begins_before_the_vector_is_there(embedder, retriever):
    class Patient(FakeEmbedder):
        async def embed(self, texts, *, question, role):
            await asyncio.wait_for(retriever.began.wait(), 5)
            return await super().embed(texts, question=question)

    await Searcher(Patient(), retriever, SearchLimits()).search(query())

    assert retriever.asked[0][1].model == MODEL


async def test_a_vector_is_not_waited_for_when_retrieval_has_refused(embedder):
    left = asyncio.Event()

    class Stuck(FakeEmbedder):
        async def embed(self, texts, *, question, role):
            try:
                await asyncio.Event().wait()
            finally:
                left.set()

    class Refusing(FakeRetriever):
        async def retrieve(self, query, embedding):
            await asyncio.sleep(0)
            raise NotFound("no such corpus")

    async with asyncio.timeout(5):
        with pytest.raises(NotFound):
            await Searcher(Stuck(), Refusing(found(QUESTION)), SearchLimits()).search(query())
    assert left.is_set()


@pytest.mark.parametrize("failure", [Overloaded(), Unavailable(), DeadlineExceeded()])
async def test_a_hybrid_search_without_the_embedding_is_by_words_and_says_so(searcher, embedder, retriever, failure):
    embedder.failure = failure

    result = await searcher.search(query())

    assert retriever.asked[0][1] is None
    assert result.degraded == ("dense",)
    assert len(result.hits) == 1
    assert result.models == ()


async def test_a_step_that_retrieval_gave_up_too_is_named_once(searcher, embedder, retriever):
    embedder.failure = Unavailable()
    retriever.result = found(QUESTION, degraded=("dense",))

    assert (await searcher.search(query())).degraded == ("dense",)


async def test_a_dense_search_without_the_embedding_fails(searcher, embedder):
    embedder.failure = Overloaded("busy", retry_after=0.5)

    with pytest.raises(Overloaded):
        await searcher.search(query(Mode.DENSE))


async def test_a_lexical_search_embeds_nothing(searcher, embedder):
    result = await searcher.search(query(Mode.LEXICAL))

    assert embedder.asked == []
    assert result.degraded == ()


async def test_an_embedding_that_cannot_finish_is_not_started(searcher, embedder):
    with within(0.015):
        result = await searcher.search(query())

    assert embedder.asked == []
    assert result.degraded == ("dense",)


async def test_when_the_time_is_over_there_is_no_next_best(searcher, embedder, retriever):
    embedder.failure = DeadlineExceeded()

    class Over(FakeEmbedder):
        async def embed(self, texts, *, question, role):
            while deadline() > 0:
                pass
            raise DeadlineExceeded

    from chassis.deadline import remaining as deadline

    with within(0.05), pytest.raises(DeadlineExceeded):
        await Searcher(Over(), retriever, SearchLimits(embed_share=1.0)).search(query())


@pytest.mark.parametrize("failure", [NotFound("no such corpus"), InvalidArgument("top_k")])
async def test_what_retrieval_refuses_is_refused(searcher, retriever, failure):
    retriever.failure = failure

    with pytest.raises(type(failure)):
        await searcher.search(query())

from __future__ import annotations

import asyncio

import pytest
from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as pb
from forebay.retrieval.v1alpha1 import retrieval_pb2

from chassis import identity
from chassis.errors import DeadlineExceeded, NotFound, Overloaded, Unavailable
from rigs.orchestrator import ASKER, QUESTION, orchestrated, said

QUOTED = "“Health is served on port 8081.”"


@pytest.fixture
async def rig(tmp_path):
    with identity.bound(ASKER):
        async with orchestrated(tmp_path) as rig:
            yield rig


@pytest.fixture(autouse=True)
def asker():
    with identity.bound(ASKER):
        yield


async def test_an_answer_comes_as_sources_text_and_one_closing(rig):
    events = await rig.asked()

    kinds = [event.WhichOneof("event") for event in events]
    assert kinds[0] == "sources"
    assert kinds[-1] == "closing"
    assert set(kinds[1:-1]) == {"text"}
    assert said(events) == "Health is served on port 8081."
    assert [source.number for source in events[0].sources.sources] == [1, 2, 3, 4]


async def test_the_closing_holds_all_that_the_contract_promises(rig):
    closing = (await rig.asked())[-1].closing

    assert closing.finish_reason == pb.FINISH_REASON_STOP
    assert (closing.usage.input_tokens, closing.usage.output_tokens) == (40, 3)
    assert closing.versions.corpus == 7
    assert closing.versions.prompt == "answer@1"
    assert {(model.role, model.name) for model in closing.versions.models} == {
        ("embedding", "minilm"),
        ("reranker", "reranker"),
        ("generator", "generator"),
    }
    assert [list(each.sources) for each in closing.attributions] == [[1]]
    assert 0 < closing.confidence < 1
    assert list(closing.degraded) == []


async def test_a_search_passes_the_vector_on(rig):
    found = await rig.searched(top_k=3)

    assert found.hits[0].chunk.document_id == "health.md"
    assert rig.retrieval.asked[0].vector.dimension == 2
    assert rig.retrieval.asked[0].model.name == "minilm"
    assert (len(found.hits), rig.retrieval.asked[0].top_k) == (3, 50)


async def test_retrieval_is_asked_before_the_vector_is_there(rig):
    rig.embedding.hangs = True
    call = asyncio.create_task(rig.searched())

    await asyncio.wait_for(rig.retrieval.began.wait(), 5)
    assert not call.done()
    call.cancel()


async def test_an_unknown_corpus_is_told_while_the_embedding_hangs(rig):
    rig.embedding.hangs, rig.retrieval.failure = True, NotFound("there is no such corpus")

    async with asyncio.timeout(1):
        with pytest.raises(NotFound):
            await rig.searched(corpus="absent")


async def test_a_search_without_the_embedding_is_by_words(rig):
    rig.embedding.failure = Overloaded("full", retry_after=1.0)

    found = await rig.searched()

    assert list(found.degraded) == ["dense"]
    assert not rig.retrieval.asked[0].HasField("vector")


async def test_a_dense_search_without_the_embedding_says_when_to_retry(rig):
    rig.embedding.failure = Overloaded("full", retry_after=1.0)

    with pytest.raises(Overloaded) as refused:
        await rig.searched(mode=retrieval_pb2.SEARCH_MODE_DENSE)
    assert refused.value.retry_after == 1.0


async def test_a_client_that_goes_away_stops_the_model(rig):
    rig.llama.hangs = True
    call = rig.stub.Answer(pb.AnswerRequest(corpus="docs", question=QUESTION), timeout=20)
    async for event in call:
        if event.WhichOneof("event") == "text":
            break
    call.cancel()

    await asyncio.wait_for(rig.llama.stopped.wait(), 5)


async def test_a_model_that_dies_in_the_middle_is_made_up_for_by_quotations(rig):
    rig.llama.words, rig.llama.failure = ["Health is "], Unavailable("gone")

    events = await rig.asked()

    assert QUOTED in said(events)
    assert list(events[-1].closing.degraded) == ["generator"]


async def test_a_model_that_never_ends_leaves_time_for_quotations(rig):
    rig.llama.hangs = True

    events = await rig.asked(seconds=2.0)

    assert QUOTED in said(events)
    assert list(events[-1].closing.degraded) == ["generator"]
    assert rig.llama.stopped.is_set()


@pytest.mark.parametrize("left", [0.001, 0.02])
async def test_a_deadline_that_cannot_be_met_is_refused(rig, left):
    rig.embedding.hangs = True

    with pytest.raises(DeadlineExceeded):
        await rig.asked(seconds=left)


async def test_a_hanging_embedding_costs_no_more_than_its_share(rig):
    rig.embedding.hangs = True

    events = await rig.asked(seconds=4.0)

    assert "dense" in events[-1].closing.degraded


async def test_the_callers_identity_reaches_the_siblings(rig):
    await rig.searched()

    assert rig.retrieval.tenants == ["acme"]


async def test_a_filter_reaches_retrieval_as_it_was_written(rig):
    filter_ = "lang == 'en' and year >= 2020"
    await rig.searched(filter=filter_)
    await rig.asked(filter=filter_)

    assert [asked.filter for asked in rig.retrieval.asked] == [filter_, filter_]


async def test_what_stands_in_two_documents_is_shown_once(rig):
    again = rig.retrieval.response.hits.add()
    again.CopyFrom(rig.retrieval.response.hits[0])
    again.chunk.document_id = "copy.md"

    found = await rig.searched()

    assert [place.document_id for place in found.hits[0].duplicates] == ["copy.md"]
    assert "copy.md" not in {hit.chunk.document_id for hit in found.hits}

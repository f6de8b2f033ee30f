"""Both clients and the commands over them, against a gateway on the real wire."""

from __future__ import annotations

import asyncio
import threading
from contextlib import aclosing
from functools import partial

import pytest
from forebay.gateway.v1alpha1.gateway_pb2_grpc import add_GatewayServiceServicer_to_server
from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as orchestrator
from forebay.retrieval.v1alpha1 import indexes_pb2
from forebay.retrieval.v1alpha1 import retrieval_pb2 as retrieval

from chassis.errors import Overloaded, Unauthenticated, Unavailable
from chassis.server import ServerSettings, running
from fakes.gateway import KEY, FakeGateway
from forebay_client import AsyncClient, Client, Document
from forebay_client.commands.ingesting import ingested

SETTINGS = ServerSettings(port=0, health_port=0, settle=0, grace=0)


@pytest.fixture
async def gateway():
    return FakeGateway()


@pytest.fixture
async def address(gateway):
    mount = partial(add_GatewayServiceServicer_to_server, gateway)
    async with running(SETTINGS, mount, verifier=None) as ports:
        yield f"127.0.0.1:{ports.port}"


@pytest.fixture
async def client(address):
    async with AsyncClient(address, KEY) as connected:
        yield connected


async def test_an_answer_comes_with_sources_text_and_closing(client):
    answer = await client.ask("why is that", corpus="docs")

    assert answer.text == "why is that "
    assert [source.chunk.document_id for source in answer.sources] == ["page.md"]
    assert answer.closing.finish_reason == orchestrator.FINISH_REASON_STOP


async def test_an_answer_that_breaks_off_is_no_answer(client, gateway):
    gateway.break_off = True

    with pytest.raises(Unavailable):
        await client.ask("why", corpus="docs")


async def test_leaving_an_answer_ends_the_call(client, gateway):
    async with aclosing(client.answer(orchestrator.AnswerRequest(corpus="docs", question="forever"))) as events:
        await anext(events)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(events), 0.1)

    async with asyncio.timeout(5):
        await gateway.left.wait()


async def test_a_wrong_key_is_unauthenticated(address):
    async with AsyncClient(address, "wrong") as stranger:
        with pytest.raises(Unauthenticated, match="not known"):
            await stranger.corpora()


async def test_an_overload_says_when_to_come_back(address):
    async with AsyncClient(address, "busy") as early:
        with pytest.raises(Overloaded) as caught:
            await early.search("x", corpus="docs")

    assert caught.value.retry_after == 2.0


async def test_documents_are_put_listed_read_and_deleted(client):
    await client.create_corpus("docs")
    documents = [Document(id=f"{number}.md", content=b"text") for number in range(5)]
    async with aclosing(client.put(documents, corpus="docs")) as results:
        committed = [result.document_id async for result in results]

    assert sorted(committed) == [f"{number}.md" for number in range(5)]
    assert [one.id async for one in client.documents(corpus="docs", page_size=2)] == sorted(committed)
    assert (await client.document("1.md", corpus="docs")).id == "1.md"
    assert await client.delete("1.md", corpus="docs")
    assert not await client.delete("1.md", corpus="docs")


async def test_a_filter_goes_with_whatever_it_is_said_of(client, gateway):
    await client.create_corpus("docs")
    await client.search("a", corpus="docs", filter="exists(a)")
    await client.ask("a", corpus="docs", filter="exists(b)")
    assert [one async for one in client.documents(corpus="docs", filter="exists(c)")] == []

    assert gateway.filters == ["exists(a)", "exists(b)", "exists(c)"]


async def test_an_index_is_begun_listed_switched_to_and_dropped(client):
    indexes = client.indexes("docs")
    number = await indexes.begin(embedding_role="embedding-int8")

    assert [one.number for one in await indexes.all()] == [1, number]
    assert not await indexes.switch(number)
    await indexes.drop(1)
    assert [one.state for one in await indexes.all()] == [indexes_pb2.INDEX_STATE_LIVE]


async def test_vectors_come_back_one_a_text(client):
    assert (await client.embed(["a", "b"])).vectors.count == 2


async def test_ingest_tries_again_what_may_succeed_and_reports_what_will_not(address, gateway, tmp_path):
    (tmp_path / "good.md").write_text("good", encoding="utf-8")
    (tmp_path / "busy.md").write_text("busy", encoding="utf-8")
    (tmp_path / "empty.md").write_text("", encoding="utf-8")
    gateway.refuse_once.add("busy.md")

    tally = await ingested(AsyncClient(address, KEY), "docs", [tmp_path], retrieval.Chunking(), ["staff"])

    assert (tally.committed, tally.refused) == (2, {"empty.md": "content is empty"})
    assert list(gateway.corpora["docs"]["good.md"].groups) == ["staff"]


async def test_the_sync_client_does_the_same_without_a_loop(address):
    told = {}

    def program():
        with Client(address, KEY) as client:
            told["created"] = client.create_corpus("docs")
            told["put"] = [one.document_id for one in client.put([Document(id="a.md", content=b"a")], corpus="docs")]
            told["found"] = [hit.chunk.document_id for hit in client.search("a", corpus="docs").hits]
            told["events"] = [
                type(event).__name__ for event in client.answer(orchestrator.AnswerRequest(question="one two"))
            ]
            told["listed"] = [one.id for one in client.documents(corpus="docs")]
            told["deleted"] = client.delete("a.md", corpus="docs")

    thread = threading.Thread(target=program)
    thread.start()
    await asyncio.to_thread(thread.join)

    assert told == {
        "created": True,
        "put": ["a.md"],
        "found": ["a.md"],
        "events": ["Sources", "Text", "Text", "Closing"],
        "listed": ["a.md"],
        "deleted": True,
    }

"""The harshest user: bad input at each entrance gets a clear error and harms nobody."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import aiohttp
import grpc
import pytest
from forebay.gateway.v1alpha1 import gateway_pb2 as pb
from forebay.gateway.v1alpha1 import gateway_pb2_grpc as rpc
from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as orchestrator

from chassis.errors import DeadlineExceeded, InvalidArgument, NotFound, Overloaded, Unauthenticated
from forebay_client import AsyncClient, Document

pytestmark = pytest.mark.xdist_group("stack")

MEGABYTES = 1_000_000


@pytest.fixture
async def client(docs):
    async with AsyncClient(docs.address("gateway"), docs.key) as connected:
        yield connected


async def outcome(client, document):
    async with aclosing(client.put([document], corpus="docs")) as results:
        return await anext(results)


@pytest.mark.parametrize("question", ["", " \n", "x" * 10 * MEGABYTES, "bell \x07", "nul \x00"])
async def test_a_bad_question_is_refused_by_the_name_of_its_field(client, question):
    with pytest.raises(InvalidArgument) as caught:
        await client.ask(question, corpus="docs")

    assert any("question" in violation.field for violation in caught.value.violations)


@pytest.mark.parametrize("corpus", ["", "Not A Name", "../docs", "x" * 65])
async def test_a_name_that_no_corpus_can_have_is_refused(client, corpus):
    with pytest.raises(InvalidArgument) as caught:
        await client.search("visible", corpus=corpus)

    assert any("corpus" in violation.field for violation in caught.value.violations)


async def test_an_unknown_corpus_is_not_found(client):
    with pytest.raises(NotFound):
        await client.ask("Is anybody here?", corpus="nobody-made-this")


@pytest.mark.parametrize("key", ["", "wrong", "fb_demo_wrong", "x" * 5000])
async def test_a_wrong_key_is_refused(docs, key):
    async with AsyncClient(docs.address("gateway"), key) as stranger:
        with pytest.raises(Unauthenticated):
            await stranger.corpora()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "empty.md"),
        (b"x" * 10 * MEGABYTES, "huge.txt"),
        (b"caf\xe9 \xff\xfe\xfd", "latin.txt"),
        (b"nul \x00 byte", "nul.txt"),
        (b"%PDF-1.7 and then nothing", "broken.pdf"),
    ],
)
async def test_a_bad_document_is_refused_with_its_reason(client, content, name):
    result = await outcome(client, Document(id=name, content=content))

    assert result.WhichOneof("outcome") == "refused"
    assert result.refused.reason
    assert not result.refused.retryable


async def test_bad_documents_leave_the_good_ones_of_their_stream_alone(client):
    documents = [
        Document(id="good-1.md", content=b"# Good\n\nThe first good page."),
        Document(id="", content=b"nameless"),
        Document(id="good-2.md", content=b"# Good\n\nThe second good page."),
    ]

    async with aclosing(client.put(documents, corpus="docs")) as results:
        outcomes = {result.document_id: result.WhichOneof("outcome") async for result in results}

    assert outcomes == {"good-1.md": "committed", "": "refused", "good-2.md": "committed"}


async def test_bytes_that_are_no_message_are_refused(docs):
    async with grpc.aio.insecure_channel(docs.address("gateway")) as channel:
        call = channel.unary_unary("/forebay.gateway.v1alpha1.GatewayService/Search")
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await call(b"\xff\xff\xff\xff", metadata=(("authorization", f"Bearer {docs.key}"),))

    assert caught.value.code() in {grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.INTERNAL}


async def test_a_deadline_of_a_millisecond_ends_as_one(docs):
    async with AsyncClient(docs.address("gateway"), docs.key, timeout=0.001) as hurried:
        with pytest.raises(DeadlineExceeded):
            await hurried.ask("How does a document become visible?", corpus="docs")


async def test_two_hundred_asks_at_once_all_end(docs):
    """None hangs: each ends in an answer or in a clear refusal, and the system answers afterwards."""
    async with AsyncClient(docs.address("gateway"), docs.key, timeout=120) as client:

        async def ask(number):
            try:
                answer = await client.ask(f"What is retrieval? {number}", corpus="docs", max_output_tokens=8)
            except (Overloaded, DeadlineExceeded) as refusal:
                return type(refusal)
            return type(answer.closing)

        ends = await asyncio.gather(*(ask(number) for number in range(200)))
        after = await client.ask("How does a document become visible?", corpus="docs", max_output_tokens=8)

    assert set(ends) <= {orchestrator.Closing, Overloaded, DeadlineExceeded}
    assert orchestrator.Closing in ends
    assert after.closing.finish_reason


async def test_a_client_that_leaves_in_mid_stream_stops_the_model(docs):
    """The generator counts its own tokens: a few more come after the client has gone, and then no more."""
    metrics = f"http://{docs.address('triton-generator', 'metrics')}/metrics"
    question = "How does a document become visible to readers?"
    ask = orchestrator.AnswerRequest(corpus="docs", question=question, max_output_tokens=1024, temperature=1.0)
    async with grpc.aio.insecure_channel(docs.address("gateway")) as channel, aiohttp.ClientSession() as session:
        sent = (("authorization", f"Bearer {docs.key}"),)
        call = rpc.GatewayServiceStub(channel).Answer(pb.AnswerRequest(ask=ask), metadata=sent)
        async for event in call:
            if event.WhichOneof("event") == "text":
                break
        call.cancel()
        before = await counted(session, metrics, "generator_generated_tokens")
        async with asyncio.timeout(10):
            while await counted(session, metrics, "generator_requests_running"):  # noqa: ASYNC110 - it tells by being asked
                await asyncio.sleep(0.05)
        after = await counted(session, metrics, "generator_generated_tokens")

    assert after - before <= 16


async def counted(session, metrics, name):
    """Read one of the generator's own metrics."""
    async with session.get(metrics) as response:
        lines = (await response.text()).splitlines()
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(name))

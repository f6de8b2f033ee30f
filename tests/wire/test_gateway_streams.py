from __future__ import annotations

import asyncio
import time
from collections import Counter
from itertools import islice

import grpc
import pytest
from forebay.gateway.v1alpha1 import gateway_pb2 as pb
from grpc import StatusCode
from grpc_health.v1 import health_pb2, health_pb2_grpc

from chassis.errors import Overloaded, Unavailable
from gateway.settings import GatewaySettings
from rigs.gateway import READER, WRITER, ask, details, gateway, key, refused


@pytest.fixture
async def front(tmp_path):
    async with gateway(tmp_path) as front:
        yield front


async def soon(event):
    async with asyncio.timeout(5):
        await event.wait()


async def test_a_client_that_goes_away_in_mid_stream_stops_the_orchestrator(front):
    call = front.stub.Answer(ask("forever"), metadata=key(READER))
    for _ in range(3):
        await call.read()

    call.cancel()

    await soon(front.orchestrator.given_up)


async def test_a_client_whose_connection_breaks_stops_the_orchestrator(front):
    call = front.stub.Answer(ask("forever"), metadata=key(READER))
    await call.read()

    await front.channel.close()

    await soon(front.orchestrator.given_up)


async def test_a_client_that_stops_putting_documents_stops_ingestion(front):
    async def documents():
        yield pb.PutDocumentsRequest(document={"corpus": "docs", "document_id": "a.md", "content": b"a"})
        await asyncio.Event().wait()

    call = front.stub.PutDocuments(documents(), metadata=key(WRITER))
    await call.read()

    call.cancel()

    await soon(front.ingestion.left)


async def test_a_slow_reader_slows_the_orchestrator_down(front):
    call = front.stub.Answer(ask("forever"), metadata=key(READER))
    await call.read()
    said = -1
    while said != front.orchestrator.said:  # until nothing more fits into the buffers on the way
        said = front.orchestrator.said
        await asyncio.sleep(0.5)

    assert said * 1000 < 32 * 2**20
    call.cancel()


async def test_text_is_passed_on_before_the_answer_is_complete(front):
    front.orchestrator.go_on.clear()
    call = front.stub.Answer(ask("word"), metadata=key(READER))

    assert (await call.read()).WhichOneof("event") == "sources"
    front.orchestrator.go_on.set()
    assert (await call.read()).text.text == "word "


async def test_a_call_without_deadline_gets_one_that_reaches_the_services(front):
    await front.stub.Search(pb.SearchRequest(query={"corpus": "docs", "query": "q"}), metadata=key(READER))
    async for _ in front.stub.Answer(ask("q"), metadata=key(READER)):
        pass

    left = [seconds for _, _, seconds in front.orchestrator.asked]
    assert left == [pytest.approx(30, abs=2), pytest.approx(60, abs=2)]


async def test_a_deadline_is_passed_on(front):
    await front.stub.Search(pb.SearchRequest(query={"corpus": "docs", "query": "q"}), metadata=key(READER), timeout=5)

    assert front.orchestrator.asked[0][2] == pytest.approx(5, abs=1)


async def test_a_default_deadline_that_passes_is_told_as_such(tmp_path):
    async with gateway(tmp_path, GatewaySettings(timeout=0.3)) as front:
        front.orchestrator.go_on.clear()

        error = await refused(
            front.stub.Search(pb.SearchRequest(query={"corpus": "docs", "query": "q"}), metadata=key(READER))
        )

    assert error.code() is StatusCode.DEADLINE_EXCEEDED


async def test_a_deadline_of_a_millisecond_is_told_as_such(front):
    front.orchestrator.go_on.clear()
    started = time.monotonic()

    for call in (
        front.stub.Search(
            pb.SearchRequest(query={"corpus": "docs", "query": "q"}), metadata=key(READER), timeout=0.001
        ),
        front.stub.Answer(ask("forever"), metadata=key(READER), timeout=0.001).read(),
    ):
        assert (await refused(call)).code() is StatusCode.DEADLINE_EXCEEDED
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (Overloaded("the model's queue is full", retry_after=2.5), StatusCode.RESOURCE_EXHAUSTED),
        (Unavailable("the vector store is away", retry_after=2.5), StatusCode.UNAVAILABLE),
    ],
)
async def test_a_failure_that_passes_keeps_its_delay(front, failure, code):
    front.orchestrator.failure = failure

    error = await refused(front.stub.Answer(ask("q"), metadata=key(READER)).read())

    assert (error.code(), details(error).retry_after) == (code, 2.5)


async def test_200_asks_at_once_each_end_in_an_answer_or_a_clear_refusal(tmp_path):
    async with gateway(tmp_path, GatewaySettings(max_answers=20)) as front:
        front.orchestrator.go_on.clear()

        async def one():
            try:
                return [event.WhichOneof("event") async for event in front.stub.Answer(ask("q"), metadata=key(READER))]
            except grpc.aio.AioRpcError as error:
                return error.code(), details(error).retry_after > 0

        asks = [asyncio.create_task(one()) for _ in range(200)]
        async with asyncio.timeout(30):
            refusals = [await ended for ended in islice(asyncio.as_completed(asks), 180)]
            front.orchestrator.go_on.set()
            ends = Counter(str(end) for end in await asyncio.gather(*asks))

    answer, refusal = ["sources", "text", "closing"], (StatusCode.RESOURCE_EXHAUSTED, True)
    assert set(refusals) == {refusal}
    assert 1 <= ends[str(answer)] <= 20
    assert ends == {str(answer): ends[str(answer)], str(refusal): 200 - ends[str(answer)]}


async def test_a_broken_off_call_gives_its_slot_back(tmp_path):
    async with gateway(tmp_path, GatewaySettings(max_answers=1)) as front:
        for _ in range(3):
            call = front.stub.Answer(ask("forever"), metadata=key(READER))
            await call.read()
            call.cancel()
            await soon(front.orchestrator.given_up)
            front.orchestrator.given_up.clear()
            await asyncio.sleep(0.05)

        events = [event async for event in front.stub.Answer(ask("q"), metadata=key(READER))]

    assert len(events) == 3


async def test_the_gateway_is_ready_when_the_orchestrator_can_be_reached(front):
    async with grpc.aio.insecure_channel(front.health) as channel, asyncio.timeout(10):
        stub = health_pb2_grpc.HealthStub(channel)
        while True:
            answer = await stub.Check(health_pb2.HealthCheckRequest(service="ready"))
            if answer.status == health_pb2.HealthCheckResponse.SERVING:
                break
            await asyncio.sleep(0.1)

from __future__ import annotations

import asyncio

import pytest
from forebay.gateway.v1alpha1 import gateway_pb2 as pb
from grpc import StatusCode

from chassis.errors import Overloaded, Unavailable
from gateway.records.committing import LOST
from rigs.gateway import READER, WRITER, ask, details, gateway, key, refused

SEARCH = pb.SearchRequest(query={"corpus": "docs", "query": "queues"})


@pytest.fixture
async def front(tmp_path):
    async with gateway(tmp_path) as front:
        yield front


async def recorded(front, call):
    """Return the record of a call once it is there."""
    for _ in range(2000):
        if call in [body["call"] for body in front.records.bodies]:
            return front.records.body(call)
        await asyncio.sleep(0.005)
    raise AssertionError("there is no record")


async def test_the_closing_event_leaves_once_the_record_is_durable(front):
    front.records.hold = asyncio.Event()
    call = front.stub.Answer(ask("one two"), metadata=key(READER))

    first = [await call.read() for _ in range(3)]
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await asyncio.shield(reading := asyncio.ensure_future(call.read()))
    front.records.hold.set()
    last = await reading

    assert [event.WhichOneof("event") for event in first] == ["sources", "text", "text"]
    assert last.HasField("closing")
    assert len(front.records.bodies) == 1


async def test_a_record_says_what_was_used_and_what_it_cost(front):
    call = front.stub.Answer(ask("one two"), metadata=key(READER))
    events = [event async for event in call]
    body = front.records.body("Answer")
    trailer = dict(await call.trailing_metadata())

    assert (body["id"], body["trace"]) == (trailer["forebay-request-id"], trailer["forebay-trace-id"])
    assert (body["tenant"], body["key"], body["groups"], body["corpus"]) == ("acme", "reader", ["hr"], "docs")
    assert (body["outcome"], body["finish"], body["sources"]) == ("OK", "stop", ["page.md@0#3"])
    assert body["versions"]["models"] == ["generator=small@2"]
    assert (body["versions"]["corpus"], body["versions"]["prices"], body["versions"]["policy"]) == (7, 3, "default")
    assert [(one["step"], one["inferences"], one["input_tokens"], one["output_tokens"]) for one in body["spent"]] == [
        ("embed", 1, 5, 0),
        ("search", 1, 0, 0),
        ("generate", 1, 11, 5),
    ]
    assert (body["cost"], body["currency"]) == ("0.00001", "EUR")
    assert front.records.texts[body["id"]].answer == "".join(event.text.text for event in events)


async def test_a_stream_that_is_broken_off_is_recorded_with_what_was_used(front):
    call = front.stub.Answer(ask("forever"), metadata=key(READER))
    for _ in range(5):
        await call.read()
    call.cancel()

    body = await recorded(front, "Answer")
    assert body["outcome"] == "CANCELLED"
    [generated] = [one for one in body["spent"] if one["step"] == "generate"]
    assert generated["output_tokens"] >= 4
    assert body["cost"] != "0"


@pytest.mark.parametrize(
    ("call", "metadata", "request_", "reason"),
    [
        ("Search", key(WRITER), SEARCH, "MISSING_ROLE"),
        ("Search", key(READER), pb.SearchRequest(query={"corpus": "No", "query": "q"}), "INVALID_ARGUMENT"),
        ("Search", key(READER), pb.SearchRequest(query={"corpus": "absent", "query": "q"}), "UNKNOWN_CORPUS"),
        ("Search", (*key(READER), ("forebay-priority", "top")), SEARCH, "INVALID_ARGUMENT"),
    ],
)
async def test_refusals_and_failures_are_recorded(front, call, metadata, request_, reason):
    await refused(getattr(front.stub, call)(request_, metadata=metadata))

    assert front.records.body(call)["outcome"] == reason


async def test_a_caller_that_nobody_knows_fills_no_table(front):
    await refused(front.stub.Search(SEARCH, metadata=key("fb_nobody_" + "x" * 43)))

    assert front.records.bodies == []


async def test_a_failure_behind_is_recorded(front):
    front.orchestrator.failure = Overloaded("busy", reason="QUEUE_FULL")
    await refused(front.stub.Search(SEARCH, metadata=key(READER)))

    assert front.records.body("Search")["outcome"] == "QUEUE_FULL"


async def test_without_the_store_nothing_is_answered_and_what_was_used_is_recorded_later(front):
    front.records.failure = Unavailable("away")
    lost = await refused(front.stub.Search(SEARCH, metadata=key(READER)))
    refused_at_once = await refused(front.stub.Search(SEARCH, metadata=key(READER)))

    assert (lost.code(), refused_at_once.code()) == (StatusCode.UNAVAILABLE, StatusCode.UNAVAILABLE)
    assert details(lost).retry_after > 0
    assert len(front.orchestrator.asked) == 1

    front.records.failure = None
    body = await recorded(front, "Search")
    assert (body["outcome"], len(body["spent"])) == (LOST, 2)
    await front.stub.Search(SEARCH, metadata=key(READER))
    assert [body["outcome"] for body in front.records.bodies] == [LOST, "OK"]


async def test_who_did_what_to_which_document_is_recorded(front):
    await front.stub.DeleteDocument(
        pb.DeleteDocumentRequest(document={"corpus": "docs", "document_id": "page.md"}), metadata=key(WRITER)
    )
    deleted = front.records.body("DeleteDocument")

    assert (deleted["key"], deleted["corpus"], deleted["subject"]) == ("writer", "docs", "page.md")


async def test_a_stream_of_documents_is_recorded_with_what_became_of_them(front):
    async def documents():
        for name, content in (("a.md", b"text"), ("empty.md", b""), ("b.md", b"more")):
            yield pb.PutDocumentsRequest(document={"corpus": "docs", "document_id": name, "content": content})

    _ = [answer async for answer in front.stub.PutDocuments(documents(), metadata=key(WRITER))]
    body = front.records.body("PutDocuments")

    assert (body["corpus"], body["documents"]) == ("docs", {"committed": 2, "refused": 1})

from __future__ import annotations

import pytest
from forebay.gateway.v1alpha1 import gateway_pb2 as pb
from forebay.gateway.v1alpha1 import lineage_pb2 as lineage_pb
from forebay.gateway.v1alpha1 import quarantine_pb2 as held_pb
from grpc import StatusCode

from rigs.gateway import READER, WRITER, ask, details, gateway, key, refused


@pytest.fixture
async def front(tmp_path):
    async with gateway(tmp_path) as front:
        yield front


@pytest.mark.parametrize(
    ("metadata", "code", "reason"),
    [
        ((), StatusCode.UNAUTHENTICATED, "MISSING_KEY"),
        ((("authorization", "Bearer nonsense"),), StatusCode.UNAUTHENTICATED, "MALFORMED_KEY"),
        ((("authorization", f"Bearer fb_reader_{'x' * 43}"),), StatusCode.UNAUTHENTICATED, "WRONG_KEY"),
        ((("authorization", f"Bearer fb_{'x' * 6000}"),), StatusCode.UNAUTHENTICATED, "MALFORMED_KEY"),
        (key(WRITER), StatusCode.PERMISSION_DENIED, "MISSING_ROLE"),
    ],
)
async def test_who_may_not_ask_is_told_why(front, metadata, code, reason):
    for call in (
        front.stub.Search(pb.SearchRequest(query={"corpus": "docs", "query": "q"}), metadata=metadata),
        front.stub.Answer(ask("q"), metadata=metadata).read(),
    ):
        error = await refused(call)
        assert (error.code(), details(error).reason) == (code, reason)
    assert front.orchestrator.asked == []


async def test_a_reader_may_not_write(front):
    call = front.stub.PutDocuments(iter(()), metadata=key(READER))

    assert (await refused(call.read())).code() is StatusCode.PERMISSION_DENIED


@pytest.mark.parametrize(
    ("call", "request_", "field"),
    [
        ("Search", pb.SearchRequest(), "query.corpus"),
        ("Search", pb.SearchRequest(query={"corpus": "docs", "query": "x", "top_k": 1001}), "query.top_k"),
        ("Search", pb.SearchRequest(query={"corpus": "docs", "query": "x", "mode": 9}), "query.mode"),
        ("Search", pb.SearchRequest(query={"corpus": "docs", "query": "x" * 10_000_000}), "query.query"),
        ("Search", pb.SearchRequest(query={"corpus": "strict", "query": "x"}), "query.corpus"),
        ("Search", pb.SearchRequest(query={"corpus": "docs", "query": "x", "filter": "or true"}), "query.filter"),
        ("Embed", pb.EmbedRequest(), "texts.texts"),
        ("Embed", pb.EmbedRequest(texts={"texts": ["a", ""]}), "texts.texts.1"),
        ("Embed", pb.EmbedRequest(texts={"texts": ["a"] * 513}), "texts.texts"),
        ("GetCorpus", pb.GetCorpusRequest(corpus={"corpus": "A"}), "corpus.corpus"),
        ("GetDocument", pb.GetDocumentRequest(document={"corpus": "docs"}), "document.document_id"),
        ("GetLineage", lineage_pb.GetLineageRequest(origin={"corpus": "docs"}), "origin.document_id"),
        ("ListDocuments", pb.ListDocumentsRequest(page={"corpus": "docs", "page_size": 1001}), "page.page_size"),
        ("ListDocuments", pb.ListDocumentsRequest(page={"corpus": "docs", "filter": "a = 1"}), "page.filter"),
    ],
)
async def test_what_is_wrong_is_named_as_the_client_wrote_it(front, call, request_, field):
    error = await refused(getattr(front.stub, call)(request_, metadata=key(READER)))

    assert error.code() is StatusCode.INVALID_ARGUMENT
    assert field in details(error).fields


@pytest.mark.parametrize(
    ("call", "request_", "field"),
    [
        ("SetContract", held_pb.SetContractRequest(contract={"corpus": "D"}), "contract.corpus"),
        (
            "SetContract",
            held_pb.SetContractRequest(contract={"corpus": "d", "contract": {"languages": ["xx"]}}),
            "contract.contract.languages.0",
        ),
        ("GetContract", held_pb.GetContractRequest(), "contract.corpus"),
        ("ListQuarantine", held_pb.ListQuarantineRequest(), "page.corpus"),
        ("ListQuarantine", held_pb.ListQuarantineRequest(page={"corpus": "d", "page_size": 1001}), "page.page_size"),
        ("DiscardQuarantined", held_pb.DiscardQuarantinedRequest(discard={"corpus": "d"}), "discard.document_ids"),
        (
            "DiscardQuarantined",
            held_pb.DiscardQuarantinedRequest(discard={"corpus": "d", "document_ids": [""]}),
            "discard.document_ids.0",
        ),
    ],
)
async def test_what_is_wrong_about_held_documents_is_named(front, call, request_, field):
    error = await refused(getattr(front.stub, call)(request_, metadata=key(WRITER)))

    assert (error.code(), details(error).fields) == (StatusCode.INVALID_ARGUMENT, [field])


async def test_a_bad_replay_is_refused_before_anything_is_put(front):
    replay = held_pb.ReplayQuarantineRequest(replay={"corpus": "docs", "document_ids": ["a"] * 1001})

    error = await refused(front.stub.ReplayQuarantine(replay, metadata=key(WRITER)).read())

    assert (error.code(), details(error).fields) == (StatusCode.INVALID_ARGUMENT, ["replay.document_ids"])


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"question": ""}, "ask.question"),
        ({"question": "\x07"}, "ask.question"),
        ({"filter": "lang == en"}, "ask.filter"),
        ({"question": "x" * 10_000_000}, "ask.question"),
        ({"max_sources": 21}, "ask.max_sources"),
        ({"max_output_tokens": 1025}, "ask.max_output_tokens"),
        ({"temperature": 2.5}, "ask.temperature"),
        ({"temperature": float("nan")}, "ask.temperature"),
        ({"corpus": "no such name"}, "ask.corpus"),
    ],
)
async def test_what_is_wrong_with_a_question_is_named(front, fields, named):
    error = await refused(front.stub.Answer(ask(**{"question": "q"} | fields), metadata=key(READER)).read())

    assert (error.code(), details(error).fields) == (StatusCode.INVALID_ARGUMENT, [named])
    assert front.orchestrator.asked == []


async def test_bytes_that_are_no_message_are_refused(front):
    for raw in (b"\x0a\x03\x0a\x01\xff", b"\xff\xff\xff", b"\x0a\x05\x12\x03a\xff\xfe"):
        call = front.channel.unary_stream("/forebay.gateway.v1alpha1.GatewayService/Answer")(raw, metadata=key(READER))
        assert (await refused(call.read())).code() is StatusCode.INVALID_ARGUMENT


async def test_a_message_beyond_the_limit_is_refused(front):
    request = pb.SearchRequest(query={"corpus": "docs", "query": "x" * (33 * 2**20)})

    assert (await refused(front.stub.Search(request, metadata=key(READER)))).code() is StatusCode.RESOURCE_EXHAUSTED


@pytest.mark.parametrize("method", ["Search", "Answer"])
async def test_an_unknown_corpus_is_not_found(front, method):
    requests = {
        "Search": lambda: front.stub.Search(
            pb.SearchRequest(query={"corpus": "absent", "query": "q"}), metadata=key(READER)
        ),
        "Answer": lambda: front.stub.Answer(ask("q", corpus="absent"), metadata=key(READER)).read(),
    }

    error = await refused(requests[method]())

    assert (error.code(), details(error).reason) == (StatusCode.NOT_FOUND, "UNKNOWN_CORPUS")


async def test_another_tenants_corpus_is_not_found(front):
    error = await refused(front.stub.GetCorpus(pb.GetCorpusRequest(corpus={"corpus": "globex"}), metadata=key(READER)))

    assert error.code() is StatusCode.NOT_FOUND

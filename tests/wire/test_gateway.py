from __future__ import annotations

import pytest
from forebay.embedding.v1alpha1 import embedding_pb2 as embedding
from forebay.gateway.v1alpha1 import gateway_pb2 as pb
from forebay.ingestion.v1alpha1 import ingestion_pb2 as ingestion
from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as orchestrator
from forebay.retrieval.v1alpha1 import retrieval_pb2 as retrieval
from grpc import StatusCode

from rigs.gateway import READER, WRITER, ask, details, gateway, key, refused


@pytest.fixture
async def front(tmp_path):
    async with gateway(tmp_path) as front:
        yield front


async def test_an_answer_is_passed_on_event_by_event(front):
    call = front.stub.Answer(ask("one two"), metadata=key(READER))

    events = [event async for event in call]

    assert [event.WhichOneof("event") for event in events] == ["sources", "text", "text", "closing"]
    assert "".join(event.text.text for event in events) == "one two "
    assert events[0].sources.sources[0].chunk.document_id == "page.md"
    assert events[-1].closing.finish_reason == orchestrator.FINISH_REASON_STOP


async def test_the_trailer_names_the_trace(front):
    call = front.stub.Search(pb.SearchRequest(query={"corpus": "docs", "query": "q"}), metadata=key(READER))
    await call

    assert "forebay-trace-id" in dict(await call.trailing_metadata())


async def test_a_search_is_passed_on(front):
    answer = await front.stub.Search(
        pb.SearchRequest(query={"corpus": "docs", "query": "queues"}), metadata=key(READER)
    )

    assert (answer.result.hits[0].chunk.text, answer.result.versions.corpus) == ("queues", 7)


async def test_the_other_calls_are_passed_on_each_to_its_service(front):
    reading, writing = {"metadata": key(READER)}, {"metadata": key(WRITER)}
    stub = front.stub

    vectors = await stub.Embed(pb.EmbedRequest(texts={"texts": ["a", "b"]}), **reading)
    corpus = await stub.GetCorpus(pb.GetCorpusRequest(corpus={"corpus": "acme"}), **reading)
    corpora = await stub.ListCorpora(pb.ListCorporaRequest(), **reading)
    document = await stub.GetDocument(
        pb.GetDocumentRequest(document={"corpus": "acme", "document_id": "page.md"}), **reading
    )
    page = await stub.ListDocuments(pb.ListDocumentsRequest(page={"corpus": "acme"}), **reading)
    created = await stub.CreateCorpus(pb.CreateCorpusRequest(corpus={"name": "wiki"}), **writing)
    gone = await stub.DeleteDocument(
        pb.DeleteDocumentRequest(document={"corpus": "acme", "document_id": "page.md"}), **writing
    )

    assert vectors.result.vectors.count == 2
    assert (corpus.corpus.version, [one.name for one in corpora.corpora]) == (3, ["acme"])
    assert (document.document.id, page.page.next_page_token) == ("page.md", "next")
    assert created.result.created
    assert gone.result.deleted


async def test_documents_are_passed_on_and_each_gets_its_verdict(front):
    async def documents():
        for name, content in (("a.md", b"text"), ("empty.md", b""), ("b.md", b"x" * 8 * 2**20)):
            yield pb.PutDocumentsRequest(document={"corpus": "docs", "document_id": name, "content": content})

    call = front.stub.PutDocuments(documents(), metadata=key(WRITER))
    outcomes = [(answer.result.document_id, answer.result.WhichOneof("outcome")) async for answer in call]

    assert outcomes == [("a.md", "committed"), ("empty.md", "refused"), ("b.md", "committed")]
    assert len(front.ingestion.put[2].content) == 8 * 2**20


async def test_a_verdict_names_the_field_as_the_client_wrote_it(front):
    async def documents():
        yield pb.PutDocumentsRequest(document={"corpus": "docs", "document_id": "empty.md"})

    call = front.stub.PutDocuments(documents(), metadata=key(WRITER))

    assert [answer.result.refused.field async for answer in call] == ["document.content"]


async def test_who_asks_comes_from_the_key_and_reaches_the_services_signed(front):
    await front.stub.Search(
        pb.SearchRequest(query={"corpus": "docs", "query": "q"}),
        metadata=(*key(READER), ("forebay-identity", "eyJ.forged.token")),
    )

    (_, who, _) = front.orchestrator.asked[0]
    assert (who.tenant, who.groups, who.roles, who.key_id) == ("acme", {"hr"}, {"read"}, "reader")


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
        ("Embed", pb.EmbedRequest(), "texts.texts"),
        ("Embed", pb.EmbedRequest(texts={"texts": ["a", ""]}), "texts.texts.1"),
        ("Embed", pb.EmbedRequest(texts={"texts": ["a"] * 513}), "texts.texts"),
        ("GetCorpus", pb.GetCorpusRequest(corpus={"corpus": "A"}), "corpus.corpus"),
        ("GetDocument", pb.GetDocumentRequest(document={"corpus": "docs"}), "document.document_id"),
        ("ListDocuments", pb.ListDocumentsRequest(page={"corpus": "docs", "page_size": 1001}), "page.page_size"),
    ],
)
async def test_what_is_wrong_is_named_as_the_client_wrote_it(front, call, request_, field):
    error = await refused(getattr(front.stub, call)(request_, metadata=key(READER)))

    assert error.code() is StatusCode.INVALID_ARGUMENT
    assert field in details(error).fields


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"question": ""}, "ask.question"),
        ({"question": "\x07"}, "ask.question"),
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


async def test_a_contract_of_another_kind_of_text_goes_through_untouched(front):
    question = "日本語 \u202e \U0001f600 é"

    answer = await front.stub.Search(
        pb.SearchRequest(query={"corpus": "docs", "query": question}), metadata=key(READER)
    )

    assert answer.result.hits[0].chunk.text == question


def test_the_messages_that_are_wrapped_are_those_of_the_services():
    assert pb.EmbedRequest.DESCRIPTOR.fields_by_name["texts"].message_type is embedding.EmbedRequest.DESCRIPTOR
    assert (
        pb.PutDocumentsRequest.DESCRIPTOR.fields_by_name["document"].message_type
        is ingestion.PutDocumentsRequest.DESCRIPTOR
    )
    assert pb.GetCorpusResponse.DESCRIPTOR.fields_by_name["corpus"].message_type is retrieval.Corpus.DESCRIPTOR

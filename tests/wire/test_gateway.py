from __future__ import annotations

import pytest
from forebay.embedding.v1alpha1 import embedding_pb2 as embedding
from forebay.gateway.v1alpha1 import gateway_pb2 as pb
from forebay.gateway.v1alpha1 import lineage_pb2 as lineage_pb
from forebay.gateway.v1alpha1 import quarantine_pb2 as held_pb
from forebay.ingestion.v1alpha1 import ingestion_pb2 as ingestion
from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as orchestrator
from forebay.retrieval.v1alpha1 import retrieval_pb2 as retrieval

from rigs.gateway import READER, WRITER, ask, gateway, key


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


async def test_an_origin_is_read(front):
    origin = lineage_pb.GetLineageRequest(origin={"corpus": "acme", "document_id": "page.md"})

    assert (await front.stub.GetLineage(origin, metadata=key(READER))).lineage.document_id == "page.md"


async def test_a_contract_is_set_and_read(front):
    writing, stub = {"metadata": key(WRITER)}, front.stub

    asked = held_pb.SetContractRequest(contract={"corpus": "docs", "contract": {"languages": ["de"]}})
    told = await stub.SetContract(asked, **writing)
    read = await stub.GetContract(held_pb.GetContractRequest(contract={"corpus": "docs"}), **writing)

    assert (told.contract.languages, read.contract.languages) == (["de"], ["en"])


async def test_held_documents_are_listed_put_again_and_thrown_away(front):
    writing, stub = {"metadata": key(WRITER)}, front.stub

    page = await stub.ListQuarantine(held_pb.ListQuarantineRequest(page={"corpus": "docs"}), **writing)
    replay = held_pb.ReplayQuarantineRequest(replay={"corpus": "docs", "document_ids": ["a", "b"]})
    outcomes = [answer.result.document_id async for answer in stub.ReplayQuarantine(replay, **writing)]
    discard = held_pb.DiscardQuarantinedRequest(discard={"corpus": "docs", "document_ids": ["a"]})
    gone = await stub.DiscardQuarantined(discard, **writing)

    assert ([held.document_id for held in page.page.documents], page.page.next_page_token) == (["held.md"], "next")
    assert outcomes == ["a", "b"]
    assert gone.result.discarded == 1


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


async def test_indexes_are_passed_on(front):
    name = {"corpus": "docs", "number": 1}
    begun = await front.stub.BeginIndex(pb.BeginIndexRequest(index={"corpus": "docs"}), metadata=key(WRITER))
    switched = await front.stub.SwitchIndex(pb.SwitchIndexRequest(index=name), metadata=key(WRITER))
    await front.stub.DropIndex(pb.DropIndexRequest(index=name), metadata=key(WRITER))
    listed = await front.stub.ListIndexes(pb.ListIndexesRequest(corpus={"corpus": "acme"}), metadata=key(READER))

    assert (begun.result.number, switched.result.live) == (2, True)
    assert [one.number for one in listed.indexes] == [1]


async def test_who_asks_comes_from_the_key_and_reaches_the_services_signed(front):
    await front.stub.Search(
        pb.SearchRequest(query={"corpus": "docs", "query": "q"}),
        metadata=(*key(READER), ("forebay-identity", "eyJ.forged.token")),
    )

    (_, who, _) = front.orchestrator.asked[0]
    assert (who.tenant, who.groups, who.roles, who.key_id) == ("acme", {"hr"}, {"read"}, "reader")


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

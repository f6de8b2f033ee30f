"""Ingestion over a real server: what goes in, what comes back, and what a broken stream leaves."""

from __future__ import annotations

import asyncio

import pytest
from forebay.ingestion.v1alpha1 import ingestion_pb2 as pb
from forebay.retrieval.v1alpha1 import retrieval_pb2 as retrieval_pb

from chassis import identity
from chassis.errors import AlreadyExists, InvalidArgument, NotFound, PermissionDenied, Unauthenticated
from rigs.ingestion import fake_world
from rigs.ingestion_serving import READER, STRANGER, WRITER, ingestion_stub


@pytest.fixture
def world():
    return fake_world()


@pytest.fixture
async def stub(world, tmp_path):
    async with ingestion_stub(world, tmp_path) as stub:
        yield stub


@pytest.fixture
async def corpus(stub):
    with identity.bound(WRITER):
        return (await stub.CreateCorpus(pb.CreateCorpusRequest(name="docs"))).corpus


def message(name, content=b"Turbines turn.", corpus="docs", **more):
    return pb.PutDocumentsRequest(corpus=corpus, document_id=name, content=content, **more)


async def put(stub, *messages, asker=WRITER):
    async def stream():
        for each in messages:
            yield each

    with identity.bound(asker):
        return {response.document_id: response async for response in stub.PutDocuments(stream())}


async def test_a_corpus_is_created_once_and_says_how_it_cuts(stub, corpus):
    with identity.bound(WRITER):
        again = await stub.CreateCorpus(pb.CreateCorpusRequest(name="docs"))

    assert not again.created
    assert again.corpus.chunking.max_tokens == 256
    assert again.corpus.embedding_model.name == "embedding"
    with identity.bound(WRITER), pytest.raises(AlreadyExists):
        await stub.CreateCorpus(
            pb.CreateCorpusRequest(name="docs", chunking=retrieval_pb.Chunking(whole_documents=True))
        )


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (pb.CreateCorpusRequest(), "name"),
        (pb.CreateCorpusRequest(name="Docs"), "name"),
        (pb.CreateCorpusRequest(name="x" * 65), "name"),
        (pb.CreateCorpusRequest(name="../etc"), "name"),
        (pb.CreateCorpusRequest(name="docs", chunking=retrieval_pb.Chunking(max_tokens=16)), "max_tokens"),
        (pb.CreateCorpusRequest(name="docs", chunking=retrieval_pb.Chunking(max_tokens=257)), "max_tokens"),
    ],
)
async def test_a_bad_corpus_is_refused_by_the_field(stub, request_, field):
    with identity.bound(WRITER), pytest.raises(InvalidArgument) as refusal:
        await stub.CreateCorpus(request_)

    assert refusal.value.violations[0].field == field


async def test_documents_are_answered_one_by_one(stub, corpus):
    responses = await put(stub, message("a"), message("b", title="The second", groups=["hr"], metadata={"k": "v"}))

    assert {name: response.committed.generation for name, response in responses.items()} == {"a": 1, "b": 1}
    assert (await put(stub, message("a")))["a"].committed.unchanged


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"content": b""}, "content"),
        ({"content": b"x" * (8 * 2**20 + 1)}, "content"),
        ({"mime_type": "image/png"}, "mime_type"),
        ({"title": "bell\x07"}, "title"),
        ({"uri": "u" * 2049}, "uri"),
        ({"groups": ["g"] * 65}, "groups"),
        ({"groups": ["g" * 65]}, "groups.0"),
        ({"groups": [""]}, "groups.0"),
        ({"metadata": {"k" * 65: "v"}}, "metadata"),
        ({"metadata": {"k": "v" * 1025}}, "metadata"),
        ({"metadata": {f"k{number}": "v" for number in range(65)}}, "metadata"),
        ({"corpus": "other"}, "corpus"),
    ],
)
async def test_a_bad_document_is_refused_alone_and_by_the_field(stub, corpus, bad, field):
    responses = await put(stub, message("good"), message("bad", **bad), message("fine"))

    assert responses["bad"].refused.field.startswith(field)
    assert not responses["bad"].refused.retryable
    assert responses["good"].HasField("committed")
    assert responses["fine"].HasField("committed")


@pytest.mark.parametrize("name", ["", "x" * 513, "line\nbreak"])
async def test_a_bad_document_id_is_refused_alone(stub, corpus, name):
    responses = await put(stub, message(name), message("good"))

    assert responses[name].refused.field == "document_id"
    assert responses["good"].HasField("committed")


async def test_content_that_is_no_text_is_refused_alone(stub, corpus):
    responses = await put(stub, message("a"), message("b", bytes(range(256)) * 8, mime_type="application/pdf"))

    assert responses["a"].HasField("committed")
    assert responses["b"].HasField("refused")


async def test_an_unknown_corpus_ends_the_stream(stub):
    with pytest.raises(NotFound):
        await put(stub, message("a", corpus="nowhere"))


async def test_a_corpus_of_another_tenant_does_not_exist(stub, corpus):
    with pytest.raises(NotFound):
        await put(stub, message("a"), asker=STRANGER)


async def test_an_empty_stream_has_no_answers(stub, corpus):
    assert await put(stub) == {}


async def test_writing_needs_the_role_and_a_name(stub, corpus):
    with pytest.raises(PermissionDenied):
        await put(stub, message("a"), asker=READER)
    with identity.bound(READER), pytest.raises(PermissionDenied):
        await stub.CreateCorpus(pb.CreateCorpusRequest(name="mine"))
    with identity.bound(READER), pytest.raises(PermissionDenied):
        await stub.DeleteDocument(pb.DeleteDocumentRequest(corpus="docs", document_id="a"))
    with pytest.raises(Unauthenticated):
        await stub.CreateCorpus(pb.CreateCorpusRequest(name="mine"))


async def test_a_document_is_deleted_once(stub, corpus):
    await put(stub, message("a"))
    request = pb.DeleteDocumentRequest(corpus="docs", document_id="a")
    with identity.bound(WRITER):
        first, second = await stub.DeleteDocument(request), await stub.DeleteDocument(request)

    assert (first.deleted, second.deleted) == (True, False)
    assert first.corpus_version == second.corpus_version == 2


async def test_a_client_that_goes_away_leaves_nothing_half(stub, corpus, world):
    async def endless():
        number = 0
        while True:
            yield message(f"p{number}")
            number += 1
            await asyncio.sleep(0)

    acknowledged = set()
    with identity.bound(WRITER):
        call = stub.PutDocuments(endless())
        async for response in call:
            acknowledged.add(response.document_id)
            if len(acknowledged) == 30:
                break
        call.cancel()
    await put(stub, message("after"))

    corpora = await world.ports.book.find("acme", "docs")
    seen = await world.eye.visible(corpora)
    assert acknowledged <= seen.keys()
    assert all(each.whole for each in seen.values())

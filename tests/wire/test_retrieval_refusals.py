from __future__ import annotations

import grpc
import pytest
from forebay.embedding.v1alpha1 import embedding_pb2 as embedding_pb
from forebay.retrieval.v1alpha1 import retrieval_pb2 as pb

from chassis.errors import DeadlineExceeded, FailedPrecondition, InvalidArgument, NotFound, Unauthenticated, Unavailable
from chassis.identity import Identity
from rigs.retrieval import retrieval, search, somebody, stream, vector

SERVICE = "/forebay.retrieval.v1alpha1.RetrievalService/"


@pytest.fixture
async def serving(tmp_path):
    async with retrieval(tmp_path) as serving:
        yield serving


@pytest.fixture
def stub(serving):
    return serving.stub


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"corpus": ""}, "corpus"),
        ({"corpus": "../etc"}, "corpus"),
        ({"corpus": "x" * 65}, "corpus"),
        ({"query": ""}, "query"),
        ({"query": " \n"}, "query"),
        ({"query": "a\x00b"}, "query"),
        ({"query": "x" * 4097}, "query"),
        ({"query": "x" * 10_000_000}, "query"),
        ({"top_k": 1001}, "top_k"),
        ({"mode": 17}, "mode"),
        ({"filter": "lang == 'en' or"}, "filter"),
        ({"filter": "x" * 10_000_000}, "filter"),
        ({"vector": vector(0.0, 1.0, count=2)}, "vector.count"),
        ({"vector": vector(0.0, 1.0, dtype=0)}, "vector.dtype"),
        ({"vector": vector(float("nan"), 1.0)}, "vector"),
        ({"vector": vector(0.0, 0.0)}, "vector"),
        ({"vector": embedding_pb.Vectors(data=b"123", count=1, dimension=1, dtype=1)}, "vector"),
        ({"model": None}, "request"),
    ],
)
async def test_what_is_wrong_with_a_query_is_named(stub, fields, named):
    with somebody(), pytest.raises(InvalidArgument) as caught:
        await stub.Search(stream(search(**fields)))

    assert [violation.field for violation in caught.value.violations] == [named]
    assert len(caught.value.message) < 300


@pytest.mark.parametrize(
    ("call", "request_", "named"),
    [
        ("GetChunks", pb.GetChunksRequest(corpus="docs"), "places"),
        ("GetChunks", pb.GetChunksRequest(corpus="docs", places=[pb.ChunkPlace(ordinal=1)]), "places.0.document_id"),
        (
            "GetChunks",
            pb.GetChunksRequest(corpus="docs", places=[pb.ChunkPlace(document_id="a", ordinal=2**31)]),
            "places.0.ordinal",
        ),
        ("GetDocument", pb.GetDocumentRequest(corpus="docs", document_id="x" * 513), "document_id"),
        ("GetDocument", pb.GetDocumentRequest(corpus="docs", document_id="a\nb"), "document_id"),
        ("ListDocuments", pb.ListDocumentsRequest(corpus="docs", page_size=1001), "page_size"),
        ("ListDocuments", pb.ListDocumentsRequest(corpus="docs", page_token="x"), "page_token"),  # noqa: S106 - not a secret
        ("ListDocuments", pb.ListDocumentsRequest(corpus="docs", filter="exists(@secret)"), "filter"),
        ("GetCorpus", pb.GetCorpusRequest(corpus="UPPER"), "corpus"),
    ],
)
async def test_what_is_wrong_with_any_other_request_is_named(stub, call, request_, named):
    with somebody(), pytest.raises(InvalidArgument) as caught:
        await getattr(stub, call)(request_)

    assert [violation.field for violation in caught.value.violations] == [named]


@pytest.mark.parametrize("corpus", ["absent", "plans"])
async def test_another_tenants_corpus_is_as_absent_as_one_that_does_not_exist(stub, corpus):
    with somebody():
        for call, request in (
            ("Search", stream(search(corpus=corpus))),
            ("GetCorpus", pb.GetCorpusRequest(corpus=corpus)),
            ("ListDocuments", pb.ListDocumentsRequest(corpus=corpus)),
            ("GetDocument", pb.GetDocumentRequest(corpus=corpus, document_id="secret.md")),
            ("GetChunks", pb.GetChunksRequest(corpus=corpus, places=[pb.ChunkPlace(document_id="secret.md")])),
        ):
            with pytest.raises(NotFound) as caught:
                await getattr(stub, call)(request)
            assert "globex" not in caught.value.message


async def test_a_vector_of_another_model_is_refused(stub):
    model = embedding_pb.ModelVersion(name="embedding-int8", version="1")

    with somebody(), pytest.raises(FailedPrecondition):
        await stub.Search(stream(search(model=model)))


async def test_dense_search_needs_a_vector(stub):
    request = search(mode=pb.SEARCH_MODE_DENSE)
    request.ClearField("vector")

    with somebody(), pytest.raises(InvalidArgument) as caught:
        await stub.Search(stream(request))

    assert caught.value.violations[0].field == "vector"


async def test_nobody_is_served_without_a_token(stub):
    with pytest.raises(Unauthenticated):
        await stub.Search(stream(search()))


async def test_a_store_that_is_away_says_when_to_come_back(serving):
    serving.catalogue.failure = Unavailable("the catalogue is away", retry_after=1.0)

    with somebody(), pytest.raises(Unavailable) as caught:
        await serving.stub.Search(stream(search()))

    assert caught.value.retry_after == 1.0


@pytest.mark.parametrize("seconds", [0.001, 0.1])
async def test_a_deadline_that_is_over_is_told_as_such(serving, seconds):
    serving.catalogue.stuck = True

    with somebody(), pytest.raises(DeadlineExceeded):
        await serving.stub.Search(stream(search()), timeout=seconds)


async def test_bytes_that_are_not_utf_8_are_refused(serving):
    broken = b"\x0a\x04docs\x12\x03a\xff\xfe"
    token = serving.signer.token(Identity(tenant="acme", groups=frozenset(), roles=frozenset(), key_id="k"))
    async with grpc.aio.insecure_channel(serving.address) as channel:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await channel.stream_unary(SERVICE + "Search")(stream(broken), metadata=[("forebay-identity", token)])

    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT

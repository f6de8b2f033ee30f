from __future__ import annotations

import struct
from functools import partial

import grpc
import pytest
from forebay.embedding.v1alpha1 import embedding_pb2 as embedding_pb
from forebay.retrieval.v1alpha1 import retrieval_pb2 as pb
from forebay.retrieval.v1alpha1 import retrieval_pb2_grpc as rpc

from chassis import identity
from chassis.channel import connect
from chassis.errors import (
    DeadlineExceeded,
    FailedPrecondition,
    InvalidArgument,
    NotFound,
    Unauthenticated,
    Unavailable,
)
from chassis.identity import Identity, IdentitySettings, generate_keys
from chassis.server import ServerSettings, running
from fakes.catalogue import FakeCatalogue, Library, Written
from fakes.vectors import FakeVectors
from retrieval.reading import Reading
from retrieval.search.searcher import Searcher
from retrieval.servicer import RetrievalServicer

SERVICE = "/forebay.retrieval.v1alpha1.RetrievalService/"
MODEL = embedding_pb.ModelVersion(role="embedding", name="embedding", version="1")
LIBRARY = Library(
    [
        Written(source="queue.md", chunks=(("a queue of calls", (0.0, 1.0)), ("a compass", (1.0, 0.0)))),
        Written(source="salaries.md", chunks=(("a queue for pay", (0.0, 1.0)),), groups=frozenset({"hr"})),
        Written(tenant="globex", corpus="plans", source="secret.md", chunks=(("a queue", (0.0, 1.0)),)),
    ]
)


def somebody(tenant="acme", *groups):
    return identity.bound(Identity(tenant=tenant, groups=frozenset(groups), roles=frozenset({"read"}), key_id="k"))


def vector(*values, count=1, dtype=embedding_pb.DATA_TYPE_FLOAT32):
    data = struct.pack(f"<{len(values)}f", *values)
    return embedding_pb.Vectors(data=data, count=count, dimension=len(values), dtype=dtype)


def search(**fields):
    return pb.SearchRequest(
        **{"corpus": "docs", "query": "queues", "vector": vector(0.0, 1.0), "model": MODEL} | fields
    )


@pytest.fixture
def catalogue():
    return FakeCatalogue(LIBRARY)


@pytest.fixture
def keys(tmp_path):
    files = generate_keys(tmp_path)
    return IdentitySettings(identity_private_key_file=files.private, identity_public_key_file=files.public)


@pytest.fixture
async def address(catalogue, keys):
    servicer = RetrievalServicer(Searcher(catalogue, FakeVectors(LIBRARY)), Reading(catalogue))
    mount = partial(rpc.add_RetrievalServiceServicer_to_server, servicer)
    settings = ServerSettings(port=0, health_port=0, settle=0, grace=0)
    async with running(settings, mount, verifier=keys.verifier()) as ports:
        yield f"127.0.0.1:{ports.port}"


@pytest.fixture
async def stub(address, keys):
    async with connect(address, "retrieval", signer=keys.signer()) as channel:
        yield rpc.RetrievalServiceStub(channel)


async def test_hits_come_best_first_with_what_they_were_found_by(stub):
    with somebody():
        answer = await stub.Search(search())

    first, second = answer.hits
    assert (first.chunk.document_id, first.chunk.ordinal, first.chunk.text) == ("queue.md", 0, "a queue of calls")
    assert list(first.chunk.headings) == ["Top", "queue.md"]
    assert (first.score, first.dense_score) == (1.0, 1.0)
    assert first.lexical_score > 0
    assert not second.HasField("lexical_score")
    assert [term.text for term in answer.terms] == ["queue"]
    assert (answer.corpus_version, list(answer.degraded)) == (2, [])


async def test_a_search_without_vector_says_that_it_was_degraded(stub):
    request = search()
    request.ClearField("vector")
    with somebody():
        answer = await stub.Search(request)

    assert (len(answer.hits), list(answer.degraded)) == (1, ["dense"])


async def test_groups_come_from_the_token(stub):
    with somebody("acme", "hr"):
        answer = await stub.Search(search(mode=pb.SEARCH_MODE_LEXICAL))

    assert {hit.chunk.document_id for hit in answer.hits} == {"queue.md", "salaries.md"}


async def test_reading_by_name_goes_through(stub):
    with somebody():
        document = (await stub.GetDocument(pb.GetDocumentRequest(corpus="docs", document_id="queue.md"))).document
        page = await stub.ListDocuments(pb.ListDocumentsRequest(corpus="docs"))
        places = [pb.ChunkPlace(document_id="queue.md", ordinal=1), pb.ChunkPlace(document_id="salaries.md", ordinal=0)]
        chunks = (await stub.GetChunks(pb.GetChunksRequest(corpus="docs", places=places))).chunks
        corpus = (await stub.GetCorpus(pb.GetCorpusRequest(corpus="docs"))).corpus
        corpora = (await stub.ListCorpora(pb.ListCorporaRequest())).corpora

    assert (document.id, document.chunks, dict(document.metadata)) == ("queue.md", 2, {"by": "test"})
    assert document.commit_time.ToJsonString() == "2026-11-23T00:00:00Z"
    assert (list(page.documents), page.next_page_token) == ([document], "")
    assert [chunk.text for chunk in chunks] == ["a compass"]
    assert (corpus.name, corpus.documents, corpus.chunks, corpus.embedding_model) == ("docs", 2, 3, MODEL)
    assert list(corpora) == [corpus]


async def test_pages_follow_one_another(stub):
    with somebody("acme", "hr"):
        first = await stub.ListDocuments(pb.ListDocumentsRequest(corpus="docs", page_size=1))
        second = await stub.ListDocuments(
            pb.ListDocumentsRequest(corpus="docs", page_size=1, page_token=first.next_page_token)
        )

    assert [document.id for document in (*first.documents, *second.documents)] == ["queue.md", "salaries.md"]
    assert second.next_page_token == ""


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
        await stub.Search(search(**fields))

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
            ("Search", search(corpus=corpus)),
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
        await stub.Search(search(model=model))


async def test_dense_search_needs_a_vector(stub):
    request = search(mode=pb.SEARCH_MODE_DENSE)
    request.ClearField("vector")

    with somebody(), pytest.raises(InvalidArgument) as caught:
        await stub.Search(request)

    assert caught.value.violations[0].field == "vector"


async def test_nobody_is_served_without_a_token(stub):
    with pytest.raises(Unauthenticated):
        await stub.Search(search())


async def test_a_store_that_is_away_says_when_to_come_back(stub, catalogue):
    catalogue.failure = Unavailable("the catalogue is away", retry_after=1.0)

    with somebody(), pytest.raises(Unavailable) as caught:
        await stub.Search(search())

    assert caught.value.retry_after == 1.0


@pytest.mark.parametrize("seconds", [0.001, 0.1])
async def test_a_deadline_that_is_over_is_told_as_such(stub, catalogue, seconds):
    catalogue.stuck = True

    with somebody(), pytest.raises(DeadlineExceeded):
        await stub.Search(search(), timeout=seconds)


async def test_bytes_that_are_not_utf_8_are_refused(address, keys):
    broken = b"\x0a\x04docs\x12\x03a\xff\xfe"
    token = keys.signer().token(Identity(tenant="acme", groups=frozenset(), roles=frozenset(), key_id="k"))
    async with grpc.aio.insecure_channel(address) as channel:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await channel.unary_unary(SERVICE + "Search")(broken, metadata=[("forebay-identity", token)])

    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT

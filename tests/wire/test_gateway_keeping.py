"""Keeping through the gateway: passed on as it came, to who may."""

from __future__ import annotations

import grpc
import pytest
from forebay.gateway.v1alpha1 import keeping_pb2 as pb
from forebay.gateway.v1alpha1 import keeping_pb2_grpc as rpc

from rigs.gateway import READER, WRITER, details, gateway, key, refused


@pytest.fixture
async def front(tmp_path):
    async with gateway(tmp_path) as front:
        yield front


@pytest.fixture
def stub(front):
    return rpc.KeepingServiceStub(front.channel)


UPDATE = pb.UpdateCorpusRequest(corpus={"corpus": "docs", "settings": {"retention_days": 3}, "expected": {}})
DELETE = pb.DeleteCorpusRequest(corpus={"corpus": "docs"})
ERASE = pb.EraseDocumentRequest(document={"corpus": "docs", "document_id": "a"})
LIST = pb.ListErasuresRequest(page={"corpus": "docs", "page_size": 5})
CLEAR = pb.DeleteDocumentsRequest(documents={"corpus": "docs", "filter": "kind == 'x'"})


async def test_what_was_asked_arrives_and_what_was_answered_comes_back(front, stub):
    writing = {"metadata": key(WRITER)}

    updated = await stub.UpdateCorpus(UPDATE, **writing)
    deleted = await stub.DeleteCorpus(DELETE, **writing)
    cleared = await stub.DeleteDocuments(CLEAR, **writing)
    erased = await stub.EraseDocument(ERASE, **writing)
    listed = await stub.ListErasures(LIST, **writing)

    assert front.kept.asked == [UPDATE.corpus, DELETE.corpus, CLEAR.documents, ERASE.document, LIST.page]
    assert updated.result.corpus.settings.retention_days == 3
    assert deleted.result.deleted
    assert (cleared.result.deleted, cleared.result.corpus_version) == (3, 8)
    assert (erased.result.erasure.id, erased.result.erasure.looks[0].place) == ("e1", "chunks")
    assert (listed.page.erasures[0].looks[0].place, listed.page.next_page_token) == ("chunks", "2")


@pytest.mark.parametrize(
    ("call", "request_"),
    [
        ("UpdateCorpus", UPDATE),
        ("DeleteCorpus", DELETE),
        ("DeleteDocuments", CLEAR),
        ("EraseDocument", ERASE),
        ("ListErasures", LIST),
    ],
)
async def test_who_may_only_read_is_turned_away_at_the_door(front, stub, call, request_):
    error = await refused(getattr(stub, call)(request_, metadata=key(READER)))

    assert error.code() is grpc.StatusCode.PERMISSION_DENIED
    assert front.kept.asked == []


async def test_what_ingestion_says_of_a_field_is_said_of_the_clients_field(stub):
    error = await refused(
        stub.DeleteDocuments(pb.DeleteDocumentsRequest(documents={"corpus": "docs"}), metadata=key(WRITER))
    )

    assert details(error).fields == ["documents.filter"]

    error = await refused(stub.ListErasures(pb.ListErasuresRequest(), metadata=key(WRITER)))

    assert details(error).fields == ["page.corpus"]

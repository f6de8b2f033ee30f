"""Keeping over a real server: who may, what is taken, what is refused."""

from __future__ import annotations

from functools import partial

import pytest
from forebay.ingestion.v1alpha1 import keeping_pb2 as pb
from forebay.ingestion.v1alpha1 import keeping_pb2_grpc as rpc
from forebay.retrieval.v1alpha1.corpora_pb2 import CorpusSettings

from chassis import identity
from chassis.channel import connect
from chassis.errors import Aborted, FailedPrecondition, InvalidArgument, NotFound, PermissionDenied
from chassis.identity import Identity, IdentitySettings, generate_keys
from chassis.server import ServerSettings, running
from ingestion.keeping.servicer import KeepingServicer
from rigs.ingestion import corpus_of, document, fake_world, put

WRITER = Identity(tenant="acme", groups=frozenset(), roles=frozenset({"write"}), key_id="k1")
READER = Identity(tenant="acme", groups=frozenset(), roles=frozenset({"read"}), key_id="k2")
LAST = "last"
STRANGER = Identity(tenant="globex", groups=frozenset(), roles=frozenset({"write"}), key_id="k3")


@pytest.fixture
async def ingestion():
    async with fake_world().running() as running:
        yield running


@pytest.fixture
async def corpus(ingestion):
    corpus = await corpus_of(ingestion, "docs", max_documents=9)
    await put(ingestion, corpus, document("a", metadata={"kind": "x"}), document("b"))
    return corpus


@pytest.fixture
async def stub(ingestion, tmp_path):
    files = generate_keys(tmp_path)
    keys = IdentitySettings(identity_private_key_file=files.private, identity_public_key_file=files.public)
    servicer = KeepingServicer(ingestion)
    mount = partial(rpc.add_KeepingServiceServicer_to_server, servicer)
    async with (
        running(ServerSettings(port=0, health_port=0, settle=0, grace=0), mount, verifier=keys.verifier()) as ports,
        connect(f"127.0.0.1:{ports.port}", "ingestion", signer=keys.signer()) as channel,
    ):
        yield rpc.KeepingServiceStub(channel)


@pytest.fixture
def writing():
    with identity.bound(WRITER):
        yield


async def test_settings_are_replaced_and_read_back(stub, corpus, writing):
    wanted = CorpusSettings(retention_days=30, max_bytes=10**12)

    answer = await stub.UpdateCorpus(pb.UpdateCorpusRequest(corpus="docs", settings=wanted))

    assert answer.corpus.settings == wanted
    assert (answer.corpus.documents, answer.corpus.index) == (2, 1)
    assert answer.corpus.size_bytes > 0


async def test_settings_that_are_not_as_expected_stay(stub, corpus, writing):
    other = pb.UpdateCorpusRequest(corpus="docs", settings={"max_documents": 1}, expected={"max_documents": 2})
    own = pb.UpdateCorpusRequest(corpus="docs", settings={"own_collection": True})

    with pytest.raises(Aborted):
        await stub.UpdateCorpus(other)
    with pytest.raises(FailedPrecondition, match="own_collection"):
        await stub.UpdateCorpus(own)


@pytest.mark.parametrize(
    "case",
    [
        ("UpdateCorpus", pb.UpdateCorpusRequest(corpus="Not a name"), "corpus"),
        ("UpdateCorpus", pb.UpdateCorpusRequest(corpus="docs", settings={"max_bytes": -1}), "settings.max_bytes"),
        (
            "UpdateCorpus",
            pb.UpdateCorpusRequest(corpus="docs", settings={"retention_days": 40_000}),
            "settings.retention_days",
        ),
        (
            "UpdateCorpus",
            pb.UpdateCorpusRequest(corpus="docs", expected={"max_documents": -5}),
            "expected.max_documents",
        ),
        ("DeleteCorpus", pb.DeleteCorpusRequest(corpus=""), "corpus"),
        ("DeleteDocuments", pb.DeleteDocumentsRequest(corpus="docs"), "filter"),
        ("DeleteDocuments", pb.DeleteDocumentsRequest(corpus="docs", filter="kind =="), "filter"),
        ("DeleteDocuments", pb.DeleteDocumentsRequest(corpus="docs", filter="x" * 2049), "filter"),
        ("DeleteDocuments", pb.DeleteDocumentsRequest(corpus="a/b", filter="kind == 'x'"), "corpus"),
        ("ListErasures", pb.ListErasuresRequest(), "corpus"),
        ("ListErasures", pb.ListErasuresRequest(corpus="docs", page_size=1001), "page_size"),
        ("ListErasures", pb.ListErasuresRequest(corpus="docs", page_token=LAST), "page_token"),
        ("ListErasures", pb.ListErasuresRequest(corpus="docs", document_id="x" * 513), "document_id"),
        ("EraseDocument", pb.EraseDocumentRequest(corpus="docs"), "document_id"),
        ("EraseDocument", pb.EraseDocumentRequest(corpus="docs", document_id="x" * 513), "document_id"),
    ],
)
async def test_what_is_out_of_bounds_is_refused_and_named(stub, corpus, writing, case):
    call, request_, field = case
    with pytest.raises(InvalidArgument) as caught:
        await getattr(stub, call)(request_)

    assert field in [violation.field for violation in caught.value.violations]


async def test_documents_go_by_a_filter(stub, corpus, writing):
    request = pb.DeleteDocumentsRequest(corpus="docs", filter="kind == 'x'")

    first, second = await stub.DeleteDocuments(request), await stub.DeleteDocuments(request)

    assert (first.deleted, second.deleted) == (1, 0)
    assert second.corpus_version == first.corpus_version > 0


async def test_a_document_is_erased_and_its_record_says_when_by_whom_and_where_was_looked(stub, corpus, writing):
    request = pb.EraseDocumentRequest(corpus="docs", document_id="a")

    record = (await stub.EraseDocument(request)).erasure

    assert (record.corpus, record.asked_by) == ("docs", WRITER.key_id)
    assert len(record.document_sha256) == 64
    assert record.finish_time.ToDatetime() >= record.ask_time.ToDatetime()
    assert {look.store for look in record.looks} == {"postgres", "milvus", "objects"}
    assert not any(look.found for look in record.looks)
    assert (await stub.EraseDocument(request)).erasure == record


async def test_records_are_listed_the_newest_first_page_by_page_and_stay_when_the_corpus_goes(stub, corpus, writing):
    erased = [
        (await stub.EraseDocument(pb.EraseDocumentRequest(corpus="docs", document_id=name))).erasure for name in "abc"
    ]
    await stub.DeleteCorpus(pb.DeleteCorpusRequest(corpus="docs"))

    first = await stub.ListErasures(pb.ListErasuresRequest(corpus="docs", page_size=2))
    token = first.next_page_token
    second = await stub.ListErasures(pb.ListErasuresRequest(corpus="docs", page_size=2, page_token=token))
    one = await stub.ListErasures(pb.ListErasuresRequest(corpus="docs", document_id="b"))

    assert [*first.erasures, *second.erasures] == erased[::-1]
    assert (second.next_page_token, list(one.erasures)) == ("", [erased[1]])


async def test_another_tenant_sees_no_record(stub, corpus, writing):
    await stub.EraseDocument(pb.EraseDocumentRequest(corpus="docs", document_id="a"))
    last = (await stub.ListErasures(pb.ListErasuresRequest(corpus="docs"))).erasures[0].id

    with identity.bound(STRANGER):
        for token in ("", last):
            seen = await stub.ListErasures(pb.ListErasuresRequest(corpus="docs", page_token=token))
            assert not seen.erasures


async def test_who_may_only_read_sees_no_record(stub, corpus):
    with identity.bound(READER), pytest.raises(PermissionDenied):
        await stub.ListErasures(pb.ListErasuresRequest(corpus="docs"))


async def test_a_corpus_is_deleted_once(stub, corpus, writing):
    request = pb.DeleteCorpusRequest(corpus="docs")

    assert (await stub.DeleteCorpus(request)).deleted
    assert not (await stub.DeleteCorpus(request)).deleted
    with pytest.raises(NotFound):
        await stub.UpdateCorpus(pb.UpdateCorpusRequest(corpus="docs"))


CALLS = [
    ("UpdateCorpus", pb.UpdateCorpusRequest(corpus="docs")),
    ("DeleteCorpus", pb.DeleteCorpusRequest(corpus="docs")),
    ("DeleteDocuments", pb.DeleteDocumentsRequest(corpus="docs", filter="kind == 'x'")),
    ("EraseDocument", pb.EraseDocumentRequest(corpus="docs", document_id="a")),
]


@pytest.mark.parametrize(("call", "request_"), CALLS)
async def test_who_may_only_read_changes_nothing(stub, corpus, ingestion, call, request_):
    with identity.bound(READER), pytest.raises(PermissionDenied):
        await getattr(stub, call)(request_)
    assert (await ingestion.corpora.named("acme", "docs")).documents == 2


@pytest.mark.parametrize(("call", "request_"), CALLS)
async def test_another_tenants_corpus_does_not_exist(stub, corpus, ingestion, call, request_):
    with identity.bound(STRANGER):
        if call == "DeleteCorpus":
            assert not (await stub.DeleteCorpus(request_)).deleted
        else:
            with pytest.raises(NotFound):
                await getattr(stub, call)(request_)
    assert (await ingestion.corpora.named("acme", "docs")).documents == 2

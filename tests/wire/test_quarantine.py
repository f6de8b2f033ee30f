"""Held documents over a real server: listed by pages, mended and put again, thrown away."""

from __future__ import annotations

import pytest
from forebay.ingestion.v1alpha1 import contract_pb2
from forebay.ingestion.v1alpha1 import ingestion_pb2 as pb
from forebay.ingestion.v1alpha1 import quarantine_pb2 as held_pb

from chassis import identity
from chassis.errors import InvalidArgument, NotFound, PermissionDenied
from rigs.strict import READER, STRANGER, WRITER, strict_ingestion


@pytest.fixture
async def stub(tmp_path):
    async with strict_ingestion(tmp_path) as stub:
        yield stub


async def put(stub, *names):
    async def stream():
        for name in names:
            yield pb.PutDocumentsRequest(corpus="docs", document_id=name, content=f"About {name}.".encode())

    with identity.bound(WRITER):
        return {response.document_id: response async for response in stub.PutDocuments(stream())}


async def listed(stub, asker=WRITER, **more):
    with identity.bound(asker):
        return await stub.ListQuarantine(held_pb.ListQuarantineRequest(corpus="docs", **more))


async def replayed(stub, asker=WRITER, **more):
    with identity.bound(asker):
        request = held_pb.ReplayQuarantineRequest(corpus="docs", **more)
        return {each.result.document_id: each.result async for each in stub.ReplayQuarantine(request)}


async def test_a_document_is_held_back_listed_mended_and_visible(stub):
    told = (await put(stub, "a"))["a"].quarantined
    (held,) = (await listed(stub)).documents
    outcomes = await replayed(stub, document_ids=["a"], set_metadata={"owner": "jo"}, title="A")

    assert [(finding.rule, finding.field, finding.reason) for finding in told.findings] == [
        ("required", "metadata.owner", "is required")
    ]
    assert (held.document_id, held.written_by, held.size_bytes) == ("a", "k1", 8)
    assert held.findings == told.findings
    assert held.hold_time.seconds > 0
    assert outcomes["a"].committed.generation == 1
    assert not (await listed(stub)).documents


async def test_pages_follow_each_other(stub):
    await put(stub, *"abcde")

    first = await listed(stub, page_size=2)
    second = await listed(stub, page_size=2, page_token=first.next_page_token)
    last = await listed(stub, page_size=2, page_token=second.next_page_token)

    assert [held.document_id for page in (first, second, last) for held in page.documents] == list("abcde")
    assert last.next_page_token == ""


async def test_discarding_says_how_many_there_were(stub):
    await put(stub, *"abc")

    with identity.bound(WRITER):
        request = held_pb.DiscardQuarantinedRequest(corpus="docs", document_ids=["a", "b", "nothing"])
        assert (await stub.DiscardQuarantined(request)).discarded == 2
    assert [held.document_id for held in (await listed(stub)).documents] == ["c"]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"document_ids": [""]}, "document_ids.0"),
        ({"document_ids": ["x" * 513]}, "document_ids.0"),
        ({"document_ids": ["a"] * 1001}, "document_ids"),
        ({"title": "x" * 513}, "title"),
        ({"title": "bell\x07"}, "title"),
        ({"mime_type": "image/png"}, "mime_type"),
        ({"set_metadata": {"k" * 65: "v"}}, f"set_metadata.{'k' * 65}.[key]"),
        ({"set_metadata": {"k": "v" * 1025}}, "set_metadata.k"),
        ({"remove_metadata": [""]}, "remove_metadata.0"),
    ],
)
async def test_a_bad_replay_is_refused_by_the_field(stub, more, field):
    with pytest.raises(InvalidArgument) as refusal:
        await replayed(stub, **more)

    assert refusal.value.violations[0].field == field


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"page_size": 1001}, "page_size"),
        ({"page_token": "x" * 513}, "page_token"),
        ({"page_token": "\x00"}, "page_token"),
    ],
)
async def test_a_bad_page_is_refused_by_the_field(stub, more, field):
    with pytest.raises(InvalidArgument) as refusal:
        await listed(stub, **more)

    assert refusal.value.violations[0].field == field


async def test_nothing_to_discard_is_refused(stub):
    with identity.bound(WRITER), pytest.raises(InvalidArgument, match="document_ids"):
        await stub.DiscardQuarantined(held_pb.DiscardQuarantinedRequest(corpus="docs"))


@pytest.mark.parametrize(("asker", "failure"), [(READER, PermissionDenied), (STRANGER, NotFound)])
async def test_readers_and_other_tenants_get_nowhere(stub, asker, failure):
    await put(stub, "a")

    with pytest.raises(failure):
        await listed(stub, asker)
    with pytest.raises(failure):
        await replayed(stub, asker)
    with identity.bound(asker), pytest.raises(failure):
        await stub.SetContract(contract_pb2.SetContractRequest(corpus="docs"))
    with identity.bound(asker), pytest.raises(failure):
        await stub.GetContract(contract_pb2.GetContractRequest(corpus="docs"))
    with identity.bound(asker), pytest.raises(failure):
        await stub.DiscardQuarantined(held_pb.DiscardQuarantinedRequest(corpus="docs", document_ids=["a"]))
    assert len((await listed(stub)).documents) == 1

"""Indexes over a real server: begun, switched to, dropped, and every way of asking wrongly."""

from __future__ import annotations

import asyncio

import pytest
from forebay.ingestion.v1alpha1 import ingestion_pb2 as pb
from forebay.retrieval.v1alpha1 import retrieval_pb2 as retrieval_pb

from chassis import identity
from chassis.errors import FailedPrecondition, InvalidArgument, NotFound, PermissionDenied
from rigs.ingestion import fake_world
from rigs.ingestion_serving import READER, STRANGER, WRITER, ingestion_stub


@pytest.fixture
async def stub(tmp_path):
    async with ingestion_stub(fake_world(), tmp_path) as stub:
        with identity.bound(WRITER):
            await stub.CreateCorpus(pb.CreateCorpusRequest(name="docs"))
            yield stub


def begin(corpus="docs", tokens=64, **fields):
    return pb.BeginIndexRequest(corpus=corpus, chunking=retrieval_pb.Chunking(max_tokens=tokens), **fields)


async def test_an_index_is_begun_and_goes_live(stub):
    begun = await stub.BeginIndex(begin())
    async with asyncio.timeout(10):
        while not (await stub.SwitchIndex(pb.SwitchIndexRequest(corpus="docs", number=begun.number))).live:
            pass
    await stub.DropIndex(pb.DropIndexRequest(corpus="docs", number=1))

    assert begun.number == 2
    with pytest.raises(FailedPrecondition, match="is live"):
        await stub.DropIndex(pb.DropIndexRequest(corpus="docs", number=2))


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (begin(corpus="No Name"), "corpus"),
        (begin(tokens=8), "max_tokens"),
        (begin(tokens=257), "max_tokens"),
        (begin(embedding_role="x" * 65), "embedding_role"),
        (begin(embedding_role="a\nb"), "embedding_role"),
    ],
)
async def test_a_bad_index_is_refused_by_the_name_of_its_field(stub, request_, field):
    with pytest.raises(InvalidArgument) as caught:
        await stub.BeginIndex(request_)
    assert [violation.field for violation in caught.value.violations] == [field]


@pytest.mark.parametrize("number", [0, 2**32 - 1])
async def test_a_number_that_is_none_is_refused(stub, number):
    for ask in (
        stub.SwitchIndex(pb.SwitchIndexRequest(corpus="docs", number=number)),
        stub.DropIndex(pb.DropIndexRequest(corpus="docs", number=number)),
    ):
        with pytest.raises(InvalidArgument):
            await ask


async def test_what_is_not_there_is_not_found_whoever_asks(stub):
    with pytest.raises(NotFound):
        await stub.SwitchIndex(pb.SwitchIndexRequest(corpus="docs", number=9))
    with pytest.raises(NotFound):
        await stub.BeginIndex(begin(corpus="absent"))
    with identity.bound(STRANGER), pytest.raises(NotFound):
        await stub.DropIndex(pb.DropIndexRequest(corpus="docs", number=1))


async def test_indexes_need_the_role_write(stub):
    with identity.bound(READER):
        for ask in (
            stub.BeginIndex(begin()),
            stub.SwitchIndex(pb.SwitchIndexRequest(corpus="docs", number=1)),
            stub.DropIndex(pb.DropIndexRequest(corpus="docs", number=1)),
        ):
            with pytest.raises(PermissionDenied):
                await ask

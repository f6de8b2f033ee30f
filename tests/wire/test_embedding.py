from __future__ import annotations

import asyncio
from functools import partial

import numpy as np
import pytest
from forebay.embedding.v1alpha1 import embedding_pb2 as pb
from forebay.embedding.v1alpha1 import embedding_pb2_grpc as rpc

from chassis import identity
from chassis.channel import connect
from chassis.errors import DeadlineExceeded, InvalidArgument, NotFound, Overloaded, Unauthenticated
from chassis.identity import Identity, IdentitySettings, generate_keys
from chassis.server import ServerSettings, running
from embedding.batching.lane import LaneLimits
from embedding.embedder import Embedder
from embedding.servicer import EmbeddingServicer
from fakes.engine import FakeEngine, FakeTokeniser

ASKER = Identity(tenant="acme", groups=frozenset(), roles=frozenset(), key_id="k1")


class Model:
    """Works until it is told to stop."""

    def __init__(self):
        self.free = asyncio.Event()
        self.free.set()

    async def __call__(self, _rows):
        await self.free.wait()


@pytest.fixture
def model():
    return Model()


@pytest.fixture
def engine(model):
    return FakeEngine(model)


@pytest.fixture
def keys(tmp_path):
    files = generate_keys(tmp_path)
    return IdentitySettings(identity_private_key_file=files.private, identity_public_key_file=files.public)


@pytest.fixture
async def address(engine, keys):
    embedder = Embedder(FakeTokeniser(), engine, LaneLimits(in_flight=1, queue_tokens=64))
    mount = partial(rpc.add_EmbeddingServiceServicer_to_server, EmbeddingServicer(embedder))
    settings = ServerSettings(port=0, health_port=0, settle=0, grace=0)
    async with running(settings, mount, verifier=keys.verifier()) as ports:
        yield f"127.0.0.1:{ports.port}"


@pytest.fixture
async def stub(address, keys):
    async with connect(address, "embedding", signer=keys.signer()) as channel:
        yield rpc.EmbeddingServiceStub(channel)


@pytest.fixture(autouse=True)
def asker():
    with identity.bound(ASKER):
        yield


def values(answer):
    return np.frombuffer(answer.vectors.data, "<f4").reshape(answer.vectors.count, answer.vectors.dimension).tolist()


async def test_each_text_gets_its_vector_in_order(stub):
    answer = await stub.Embed(pb.EmbedRequest(texts=["5 x 2", "3", "4 x 300"]))

    assert values(answer) == [[5, 2], [3, 1], [4, 256]]
    assert answer.vectors.dtype == pb.DATA_TYPE_FLOAT32
    assert answer.tokens == 2 + 1 + 256
    assert answer.truncated == 1


async def test_the_answer_names_role_model_and_version(stub):
    answer = await stub.Embed(pb.EmbedRequest(texts=["1"], kind=pb.INPUT_KIND_QUERY))

    assert answer.model == pb.ModelVersion(role="embedding", name="fake", version="1")


async def test_as_many_texts_as_allowed_are_taken(stub):
    answer = await stub.Embed(pb.EmbedRequest(texts=[str(number) for number in range(512)]))

    assert [row[0] for row in values(answer)] == list(range(512))


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (pb.EmbedRequest(), "texts"),
        (pb.EmbedRequest(texts=["1"] * 513), "texts"),
        (pb.EmbedRequest(texts=["1", ""]), "texts.1"),
        (pb.EmbedRequest(texts=["1" * 32_769]), "texts.0"),
        (pb.EmbedRequest(texts=["1"], kind=7), "kind"),
        (pb.EmbedRequest(texts=["1"], role="r" * 65), "role"),
    ],
    ids=["no text", "too many", "empty", "too long", "unknown kind", "long role"],
)
async def test_a_wrong_request_is_told_which_field_is_wrong(stub, request_, field):
    with pytest.raises(InvalidArgument) as caught:
        await stub.Embed(request_)

    assert [violation.field for violation in caught.value.violations] == [field]


async def test_a_role_that_nobody_plays_is_not_found(stub):
    with pytest.raises(NotFound) as caught:
        await stub.Embed(pb.EmbedRequest(texts=["1"], role="poet"))

    assert caught.value.reason == "UNKNOWN_ROLE"


async def test_nobody_is_served_without_an_identity(address):
    async with connect(address, "embedding", ours=False) as channel:
        with pytest.raises(Unauthenticated):
            await rpc.EmbeddingServiceStub(channel).Embed(pb.EmbedRequest(texts=["1"]))


async def test_too_much_at_once_is_refused_with_a_time_to_come_back(stub, model):
    model.free.clear()
    calls = [asyncio.create_task(one(stub, ["1 x 100"])) for _ in range(6)]
    done, _ = await asyncio.wait(calls, timeout=5, return_when=asyncio.FIRST_COMPLETED)
    refused = done.pop().exception()
    model.free.set()
    await asyncio.gather(*calls, return_exceptions=True)

    assert isinstance(refused, Overloaded)
    assert refused.retry_after > 0


async def until(happened):
    for _ in range(500):
        if happened():
            return
        await asyncio.sleep(0.01)


async def one(stub, texts, **options):
    return await stub.Embed(pb.EmbedRequest(texts=texts), **options)


async def test_the_deadline_ends_the_call_and_the_model_is_stopped(stub, engine, model):
    model.free.clear()

    with pytest.raises(DeadlineExceeded):
        await one(stub, ["1"], timeout=0.2)

    await until(lambda: engine.cancelled)
    assert engine.cancelled == 1


async def test_a_caller_that_goes_away_stops_the_model(stub, engine, model):
    model.free.clear()
    call = asyncio.create_task(one(stub, ["1"]))
    await until(lambda: engine.batches)

    call.cancel()

    await until(lambda: engine.cancelled)
    assert engine.cancelled == 1

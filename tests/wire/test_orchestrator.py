from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from functools import partial

import grpc
import numpy as np
import pytest
from forebay.embedding.v1alpha1 import embedding_pb2_grpc
from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as pb
from forebay.orchestrator.v1alpha1 import orchestrator_pb2_grpc as rpc
from forebay.retrieval.v1alpha1 import retrieval_pb2, retrieval_pb2_grpc

from chassis import identity
from chassis.channel import connect
from chassis.errors import DeadlineExceeded, InvalidArgument, NotFound, Overloaded, Unavailable
from chassis.identity import Identity, IdentitySettings, generate_keys
from chassis.server import ServerSettings, running
from chassis.terms import terms
from fakes.models import FakeModels
from fakes.siblings import EmbeddingSibling, RetrievalSibling, hit
from orchestrator.__main__ import made
from orchestrator.embedding import Embedding
from orchestrator.retrieval import Retrieval
from orchestrator.settings import OrchestratorSettings
from pool.tensors import texts

ASKER = Identity(tenant="acme", groups=frozenset({"staff"}), roles=frozenset(), key_id="k1")
QUESTION = "Which port serves health?"
LOCAL = ServerSettings(port=0, health_port=0, settle=0, grace=0)


def response():
    weak = [hit("Coffee is served at nine.", dense=0.2, lexical=1.0, heading="Coffee") for _ in range(8)]
    stems = [retrieval_pb2.Term(text=stem, idf=5.0) for stem in terms(QUESTION)]
    strong = hit("Health is served on port 8081. Probes know no TLS.")
    return retrieval_pb2.SearchResponse(hits=[strong, *weak], corpus_version=7, terms=stems)


class Llama:
    """The model behind the pool: says its words, then what the test wants."""

    def __init__(self):
        self.words = ["Health is ", "served on ", "port 8081."]
        self.failure = None
        self.hangs = False
        self.stopped = asyncio.Event()

    async def __call__(self, _inputs):
        try:
            for word in self.words:
                yield {"text_output": texts(word), "num_input_tokens": one(40), "num_output_tokens": one(1)}
            if self.hangs:
                await asyncio.Event().wait()
            if self.failure:
                raise self.failure
            yield {"text_output": texts(""), "finish_reason": texts("stop"), "num_output_tokens": one(0)}
        finally:
            self.stopped.set()


def one(number):
    return np.array([number], dtype=np.uint32)


@pytest.fixture
def llama():
    return Llama()


@pytest.fixture
def embedding():
    return EmbeddingSibling()


@pytest.fixture
def retrieval():
    return RetrievalSibling(response())


@pytest.fixture
def keys(tmp_path):
    files = generate_keys(tmp_path)
    return IdentitySettings(identity_private_key_file=files.private, identity_public_key_file=files.public)


@pytest.fixture
async def address(llama, embedding, retrieval, keys):
    async with AsyncExitStack() as stack:

        async def served(mount):
            ports = await stack.enter_async_context(running(LOCAL, mount, verifier=keys.verifier()))
            return f"127.0.0.1:{ports.port}"

        async def joined(peer, mount):
            return await stack.enter_async_context(connect(await served(mount), peer))

        to_embedding = await joined(
            "embedding", partial(embedding_pb2_grpc.add_EmbeddingServiceServicer_to_server, embedding)
        )
        to_retrieval = await joined(
            "retrieval", partial(retrieval_pb2_grpc.add_RetrievalServiceServicer_to_server, retrieval)
        )
        models = FakeModels(streams={"generator": llama})
        servicer = made(OrchestratorSettings(), Embedding(to_embedding), Retrieval(to_retrieval), models)
        yield await served(partial(rpc.add_OrchestratorServiceServicer_to_server, servicer))


@pytest.fixture
async def stub(address, keys):
    async with connect(address, "orchestrator", signer=keys.signer()) as channel:
        yield rpc.OrchestratorServiceStub(channel)


@pytest.fixture(autouse=True)
def asker():
    with identity.bound(ASKER):
        yield


async def asked(stub, seconds=20.0, **fields):
    call = stub.Answer(pb.AnswerRequest(**{"corpus": "docs", "question": QUESTION} | fields), timeout=seconds)
    return [event async for event in call]


def said(events):
    return "".join(event.text.text for event in events)


async def test_an_answer_comes_as_sources_text_and_one_closing(stub):
    events = await asked(stub)

    kinds = [event.WhichOneof("event") for event in events]
    assert kinds[0] == "sources"
    assert kinds[-1] == "closing"
    assert set(kinds[1:-1]) == {"text"}
    assert said(events) == "Health is served on port 8081."
    assert [source.number for source in events[0].sources.sources] == [1, 2, 3, 4]


async def test_the_closing_holds_all_that_the_contract_promises(stub):
    closing = (await asked(stub))[-1].closing

    assert closing.finish_reason == pb.FINISH_REASON_STOP
    assert (closing.usage.input_tokens, closing.usage.output_tokens) == (40, 3)
    assert closing.versions.corpus == 7
    assert closing.versions.prompt == "answer@1"
    assert {(model.role, model.name) for model in closing.versions.models} == {
        ("embedding", "minilm"),
        ("generator", "generator"),
    }
    assert [list(each.sources) for each in closing.attributions] == [[1]]
    assert 0 < closing.confidence < 1
    assert list(closing.degraded) == []


async def test_a_search_passes_the_vector_on(stub, retrieval):
    found = await stub.Search(pb.SearchRequest(corpus="docs", query=QUESTION, top_k=3))

    assert found.hits[0].chunk.document_id == "health.md"
    assert retrieval.asked[0].vector.dimension == 2
    assert retrieval.asked[0].model.name == "minilm"
    assert retrieval.asked[0].top_k == 3


async def test_a_search_without_the_embedding_is_by_words(stub, embedding, retrieval):
    embedding.failure = Overloaded("full", retry_after=1.0)

    found = await stub.Search(pb.SearchRequest(corpus="docs", query=QUESTION))

    assert list(found.degraded) == ["dense"]
    assert not retrieval.asked[0].HasField("vector")


async def test_a_dense_search_without_the_embedding_says_when_to_retry(stub, embedding):
    embedding.failure = Overloaded("full", retry_after=1.0)

    with pytest.raises(Overloaded) as refused:
        await stub.Search(pb.SearchRequest(corpus="docs", query=QUESTION, mode=retrieval_pb2.SEARCH_MODE_DENSE))
    assert refused.value.retry_after == 1.0


async def test_a_client_that_goes_away_stops_the_model(stub, llama):
    llama.hangs = True
    call = stub.Answer(pb.AnswerRequest(corpus="docs", question=QUESTION), timeout=20)
    async for event in call:
        if event.WhichOneof("event") == "text":
            break
    call.cancel()

    await asyncio.wait_for(llama.stopped.wait(), 5)


async def test_a_model_that_dies_in_the_middle_is_made_up_for_by_quotations(stub, llama):
    llama.words, llama.failure = ["Health is "], Unavailable("gone")

    events = await asked(stub)

    assert "“Health is served on port 8081.”" in said(events)
    assert list(events[-1].closing.degraded) == ["generator"]


async def test_a_model_that_never_ends_leaves_time_for_quotations(stub, llama):
    llama.hangs = True

    events = await asked(stub, seconds=2.0)

    assert "“Health is served on port 8081.”" in said(events)
    assert list(events[-1].closing.degraded) == ["generator"]
    assert llama.stopped.is_set()


@pytest.mark.parametrize("left", [0.001, 0.02])
async def test_a_deadline_that_cannot_be_met_is_refused(stub, left):
    with pytest.raises(DeadlineExceeded):
        await asked(stub, seconds=left)


async def test_a_hanging_embedding_costs_no_more_than_its_share(stub, embedding):
    embedding.hangs = True

    events = await asked(stub, seconds=3.0)

    assert "dense" in events[-1].closing.degraded


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"question": ""}, "question"),
        ({"question": " \n "}, "question"),
        ({"question": "a\x00b"}, "question"),
        ({"question": "x" * 4_097}, "question"),
        ({"corpus": ""}, "corpus"),
        ({"corpus": "Docs!"}, "corpus"),
        ({"corpus": "d" * 65}, "corpus"),
        ({"max_sources": 21}, "max_sources"),
        ({"max_output_tokens": 1_025}, "max_output_tokens"),
        ({"temperature": 2.5}, "temperature"),
        ({"temperature": -0.1}, "temperature"),
        ({"temperature": float("nan")}, "temperature"),
    ],
)
async def test_what_breaks_a_limit_is_refused_by_name(stub, fields, field):
    with pytest.raises(InvalidArgument) as refused:
        await asked(stub, **fields)
    assert [violation.field for violation in refused.value.violations] == [field]


@pytest.mark.parametrize(
    ("fields", "field"), [({"top_k": 1_001}, "top_k"), ({"mode": 9}, "mode"), ({"query": ""}, "query")]
)
async def test_a_search_has_limits_too(stub, fields, field):
    with pytest.raises(InvalidArgument) as refused:
        await stub.Search(pb.SearchRequest(**{"corpus": "docs", "query": QUESTION} | fields))
    assert [violation.field for violation in refused.value.violations] == [field]


async def test_an_unknown_corpus_is_not_found(stub):
    with pytest.raises(NotFound):
        await asked(stub, corpus="other")


async def test_nobody_is_served_without_an_identity(address):
    async with grpc.aio.insecure_channel(address) as channel:
        call = rpc.OrchestratorServiceStub(channel).Search(pb.SearchRequest(corpus="docs", query=QUESTION))
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await call
    assert refused.value.code() is grpc.StatusCode.UNAUTHENTICATED


async def test_the_callers_identity_reaches_the_siblings(stub, retrieval):
    await stub.Search(pb.SearchRequest(corpus="docs", query=QUESTION))

    assert retrieval.tenants == ["acme"]

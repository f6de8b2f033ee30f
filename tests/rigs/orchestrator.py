"""The orchestrator on a real wire, between siblings and a model that a test commands."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from forebay.embedding.v1alpha1 import embedding_pb2_grpc
from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as pb
from forebay.orchestrator.v1alpha1 import orchestrator_pb2_grpc as rpc
from forebay.retrieval.v1alpha1 import retrieval_pb2, retrieval_pb2_grpc

from chassis.channel import connect
from chassis.identity import Identity, IdentitySettings, generate_keys
from chassis.server import ServerSettings, running
from chassis.snapshot import Snapshot
from chassis.terms import terms
from fakes.models import FakeModels
from fakes.siblings import EmbeddingSibling, RetrievalSibling, hit
from orchestrator.__main__ import made
from orchestrator.embedding import Embedding
from orchestrator.prompts.choosing import Prompts
from orchestrator.retrieval import Retrieval
from orchestrator.settings import OrchestratorSettings
from pool.tensors import texts

ASKER = Identity(tenant="acme", groups=frozenset({"staff"}), roles=frozenset(), key_id="k1")
QUESTION = "Which port serves health?"
LOCAL = ServerSettings(port=0, health_port=0, settle=0, grace=0)


class Llama:
    """The model behind the pool: says its words, then does what the test wants."""

    def __init__(self) -> None:
        self.words = ["Health is ", "served on ", "port 8081."]
        self.failure: Exception | None = None
        self.hangs = False
        self.stopped = asyncio.Event()

    async def __call__(self, _inputs: Any) -> AsyncIterator[Any]:
        try:
            for word in self.words:
                yield {"text_output": texts(word), "num_input_tokens": _one(40), "num_output_tokens": _one(1)}
            if self.hangs:
                await asyncio.Event().wait()
            if self.failure:
                raise self.failure
            yield {"text_output": texts(""), "finish_reason": texts("stop"), "num_output_tokens": _one(0)}
        finally:
            self.stopped.set()


class Judge:
    """The reranker behind the pool: the scores that a test gives, else the order that came."""

    def __init__(self) -> None:
        self.scores: list[float] = []
        self.failure: Exception | None = None
        self.shape: tuple[int, ...] | None = None

    async def __call__(self, inputs: Any) -> Any:
        if self.failure:
            raise self.failure
        self.shape = inputs["features"].shape
        scores = self.scores or [-float(at) for at in range(len(inputs["features"]))]
        return {"score": np.array(scores, dtype=np.float32)[:, None]}


@dataclass
class Orchestrator:
    """What a test commands, and where it asks."""

    stub: Any = None
    address: str = ""
    llama: Llama = field(default_factory=Llama)
    ranker: Judge = field(default_factory=Judge)
    embedding: EmbeddingSibling = field(default_factory=EmbeddingSibling)
    retrieval: RetrievalSibling = field(default_factory=lambda: RetrievalSibling(findings()))

    async def asked(self, seconds: float = 20.0, **fields: Any) -> list[Any]:
        """Return all events of an answer."""
        request = pb.AnswerRequest(**{"corpus": "docs", "question": QUESTION} | fields)
        return [event async for event in self.stub.Answer(request, timeout=seconds)]

    async def searched(self, **fields: Any) -> Any:
        """Return what a search finds."""
        return await self.stub.Search(pb.SearchRequest(**{"corpus": "docs", "query": QUESTION} | fields))


@asynccontextmanager
async def orchestrated(folder: Path, sibling: Any = None) -> AsyncIterator[Orchestrator]:
    """Serve the siblings and the orchestrator, each on a port of its own; `sibling` is another retrieval."""
    files, rig = generate_keys(folder), Orchestrator()
    keys = IdentitySettings(identity_private_key_file=files.private, identity_public_key_file=files.public)
    async with AsyncExitStack() as stack:

        async def served(add: Any, servicer: Any) -> str:
            mount = partial(add, servicer)
            ports = await stack.enter_async_context(running(LOCAL, mount, verifier=keys.verifier()))
            return f"127.0.0.1:{ports.port}"

        async def joined(peer: str, address: str, **options: Any) -> Any:
            return await stack.enter_async_context(connect(address, peer, **options))

        embedding = await served(embedding_pb2_grpc.add_EmbeddingServiceServicer_to_server, rig.embedding)
        retrieval = await served(retrieval_pb2_grpc.add_RetrievalServiceServicer_to_server, sibling or rig.retrieval)
        siblings = Embedding(await joined("embedding", embedding)), Retrieval(await joined("retrieval", retrieval))
        models = FakeModels(answers={"reranker": rig.ranker}, streams={"generator": rig.llama})
        servicer = made(OrchestratorSettings(), *siblings, models, Prompts("answer@1", Snapshot(version=1)).now)
        rig.address = await served(rpc.add_OrchestratorServiceServicer_to_server, servicer)
        rig.stub = rpc.OrchestratorServiceStub(await joined("orchestrator", rig.address, signer=keys.signer()))
        yield rig


def findings() -> retrieval_pb2.SearchResponse:
    """Return one chunk that answers the question, and eight that do not."""
    weak = [hit("Coffee is served at nine.", dense=0.2, lexical=1.0, heading="Coffee") for _ in range(8)]
    stems = [retrieval_pb2.Term(text=stem, idf=5.0) for stem in terms(QUESTION)]
    strong = hit("Health is served on port 8081. Probes know no TLS.")
    return retrieval_pb2.SearchResponse(hits=[strong, *weak], corpus_version=7, terms=stems)


def said(events: list[Any]) -> str:
    """Return the text of an answer."""
    return "".join(event.text.text for event in events)


def _one(number: int) -> Any:
    return np.array([number], dtype=np.uint32)

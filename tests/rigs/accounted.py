"""Gateway, orchestrator and embedding over one real PostgreSQL: only models and documents are played."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import grpc
import psycopg
from forebay.embedding.v1alpha1 import embedding_pb2_grpc as embedding_rpc
from forebay.gateway.v1alpha1 import gateway_pb2_grpc as rpc
from forebay.gateway.v1alpha1 import usage_pb2_grpc as usage_rpc
from forebay.orchestrator.v1alpha1 import orchestrator_pb2_grpc as orchestrator_rpc
from forebay.retrieval.v1alpha1 import retrieval_pb2_grpc as retrieval_rpc

from chassis.channel import ChannelSettings, connect
from chassis.identity import IdentitySettings, generate_keys
from chassis.routing import Routing
from chassis.server import ServerSettings, running
from chassis.snapshot import Caching, Policy
from embedding.batching.lane import LaneLimits
from embedding.embedder import Embedder
from embedding.memory import Memory
from embedding.servicer import EmbeddingServicer
from fakes.answers import FakeAnswers
from fakes.counts import FakeCounts
from fakes.engine import FakeEngine
from fakes.models import FakeModels
from fakes.siblings import RetrievalSibling
from gateway.assembly import Gateway, Shared
from gateway.audit.records import Records
from gateway.behind import behind
from gateway.limits.running import limiting
from gateway.postgres.recording import recording
from gateway.records.settings import RecordSettings
from gateway.settings import GatewaySettings, TargetSettings
from orchestrator.__main__ import made
from orchestrator.embedding import Embedding
from orchestrator.prompts.choosing import Prompts
from orchestrator.retrieval import Retrieval
from orchestrator.settings import OrchestratorSettings
from rigs.acme import PROVIDER, SNAPSHOT
from rigs.every_service import AnyTokeniser
from rigs.figures import Figures
from rigs.orchestrator import Judge, Llama, findings

LOCAL = ServerSettings(port=0, health_port=0, settle=0, grace=0)
NEAR = SNAPSHOT.model_copy(update={"policies": (Policy(caching=Caching(near=True)),)})
"""What holds for whoever asks: questions that mean the same are answered by the cache, too."""

STEPS = """
select case step when 'near' then 'embed' else step end, model,
    sum(inferences)::bigint, sum(input_tokens)::bigint, sum(output_tokens)::bigint
from forebay.request_steps where part = %s group by 1, 2
"""


@dataclass
class Accounted:
    """What a test commands, and where it asks."""

    dsn: str
    stub: Any = None
    usage: Any = None
    llama: Llama = field(default_factory=Llama)
    ranker: Judge = field(default_factory=Judge)
    engine: FakeEngine = field(default_factory=FakeEngine)
    retrieval: RetrievalSibling = field(default_factory=lambda: RetrievalSibling(findings()))

    def recorded(self, part: str = "spent") -> Figures:
        """Return the sums of all records; vectors that find near questions are embedded as all others are."""
        with psycopg.connect(self.dsn) as connection:
            return {(step, model): tuple(sums) for step, model, *sums in connection.execute(STEPS, (part,))}

    def bodies(self) -> list[dict[str, Any]]:
        """Return all records."""
        with psycopg.connect(self.dsn) as connection:
            return [body for (body,) in connection.execute("select body from forebay.records")]

    def outcomes(self) -> Counter[tuple[str, str, str]]:
        """Return how many records have which call, outcome and cache."""
        with psycopg.connect(self.dsn) as connection:
            return Counter(connection.execute("select call, outcome, cache from forebay.requests").fetchall())


@asynccontextmanager
async def accounted(folder: Path, dsn: str) -> AsyncIterator[Accounted]:
    """Serve all of them until the block ends, each on a port of its own; `dsn` is of the records."""
    files, rig = generate_keys(folder), Accounted(dsn)
    keys = IdentitySettings(identity_private_key_file=files.private, identity_public_key_file=files.public)
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context

        async def served(*mounts: Any, verified: bool = True) -> str:
            verifier = keys.verifier() if verified else None
            return f"127.0.0.1:{(await enter(running(LOCAL, *mounts, verifier=verifier))).port}"

        targets = await _behind(rig, served, enter)
        services = await enter(behind(targets, ChannelSettings(), keys.signer(), Routing(NEAR)))
        limits = await enter(limiting(FakeCounts(time.time), GatewaySettings()))
        committer, audit, usage = await enter(recording(dsn, RecordSettings()))
        records = Records(committer=committer, audit=audit, usage=usage)
        shared = Shared(shelf=FakeAnswers(shown={("acme", "docs"): 7}), limiting=limits, records=records)
        gateway = Gateway(NEAR, PROVIDER.fetch, services, shared, GatewaySettings())
        channel = await enter(grpc.aio.insecure_channel(await served(*gateway.mounts(), verified=False)))
        rig.stub, rig.usage = rpc.GatewayServiceStub(channel), usage_rpc.UsageServiceStub(channel)
        yield rig


async def _behind(rig: Accounted, served: Any, enter: Any) -> TargetSettings:
    embedder = Embedder(AnyTokeniser(), rig.engine, LaneLimits(in_flight=1, queue_tokens=100_000), Memory(9, 60))
    embedding = await served(partial(embedding_rpc.add_EmbeddingServiceServicer_to_server, EmbeddingServicer(embedder)))
    retrieval = await served(partial(retrieval_rpc.add_RetrievalServiceServicer_to_server, rig.retrieval))
    models = FakeModels(answers={"reranker": rig.ranker}, streams={"generator": rig.llama})
    asking = made(
        OrchestratorSettings(),
        Embedding(await enter(connect(embedding, "embedding"))),
        Retrieval(await enter(connect(retrieval, "retrieval"))),
        models,
        Prompts("answer@1", NEAR).now,
    )
    orchestrator = await served(partial(orchestrator_rpc.add_OrchestratorServiceServicer_to_server, asking))
    return TargetSettings(
        orchestrator_target=orchestrator,
        embedding_target=embedding,
        retrieval_target=retrieval,
        ingestion_target=retrieval,
    )

"""The services behind the gateway: one channel and one adapter each."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from grpc import aio

from chassis.channel import ChannelSettings, connect
from chassis.identity import Signer
from chassis.routing import Routing
from gateway.control.calls import Admin
from gateway.embedding import Embedding
from gateway.ingestion import Ingestion
from gateway.jobs.ingestion import Jobs
from gateway.keeping.ingestion import Keeping
from gateway.orchestrator import Orchestrator
from gateway.originals.retrieval import Originals
from gateway.retrieval import Retrieval
from gateway.settings import TargetSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """Whom the gateway calls."""

    orchestrator: Orchestrator
    embedding: Embedding
    retrieval: Retrieval
    ingestion: Ingestion
    jobs: Jobs
    keeping: Keeping
    originals: Originals
    admin: Admin
    routing: Routing
    """Which tracks of them are called."""


@asynccontextmanager
async def behind(
    targets: TargetSettings, settings: ChannelSettings, signer: Signer, routing: Routing
) -> AsyncIterator[Behind]:
    """Connect to all of them; every call carries the client's identity, signed, and goes where the routes say."""
    async with AsyncExitStack() as stack:

        async def to(target: str, peer: str) -> aio.Channel:
            return await stack.enter_async_context(connect(target, peer, settings, signer=signer, routing=routing))

        ingestion = await to(targets.ingestion_target, "ingestion")
        retrieval = await to(targets.retrieval_target, "retrieval")
        yield Behind(
            orchestrator=Orchestrator(await to(targets.orchestrator_target, "orchestrator")),
            embedding=Embedding(await to(targets.embedding_target, "embedding")),
            retrieval=Retrieval(retrieval),
            ingestion=Ingestion(ingestion),
            jobs=Jobs(ingestion),
            keeping=Keeping(ingestion),
            originals=Originals(retrieval),
            admin=Admin(await to(targets.control_target, "control")),
            routing=routing,
        )

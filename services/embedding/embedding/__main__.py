"""Puts the embedding service together and runs it."""

from __future__ import annotations

import asyncio
from functools import partial

from forebay.embedding.v1alpha1 import embedding_pb2 as pb
from forebay.embedding.v1alpha1 import embedding_pb2_grpc as rpc

from chassis.identity import IdentitySettings
from chassis.routing import Routing
from chassis.server import ServerSettings, running, until_stopped
from chassis.snapshot import SnapshotSettings
from chassis.snapshot.following import followed
from chassis.telemetry import TelemetrySettings, telemetry
from embedding.control import control
from embedding.embedder import Embedded, Embedder
from embedding.memory import Memory
from embedding.pool import PoolEngine
from embedding.servicer import EmbeddingServicer
from embedding.settings import EmbeddingSettings
from embedding.tokenizers import FileTokeniser
from pool.models import models
from pool.settings import PoolSettings

_SERVICE = pb.DESCRIPTOR.services_by_name["EmbeddingService"].full_name


async def main() -> None:
    """Serve until asked to stop."""
    settings, configuration = EmbeddingSettings(), SnapshotSettings()
    verifier = IdentitySettings().verifier()
    tokeniser = FileTokeniser(settings.tokenizer_file, settings.window)
    async with control(configuration.control_target) as source, followed(source, configuration) as news:
        routing = Routing(news.now)
        news.told(routing.apply)
        async with models(PoolSettings(), routing) as pool:
            memory: Memory[Embedded] = Memory(settings.memory_texts, settings.memory_seconds)
            embedder = Embedder(tokeniser, PoolEngine(pool), settings.lanes(), memory)
            mount = partial(rpc.add_EmbeddingServiceServicer_to_server, EmbeddingServicer(embedder))
            pings = {"embedding model": partial(pool.ready, "embedding")}
            async with running(ServerSettings(), mount, pings=pings, verifier=verifier, services=[_SERVICE]):
                await until_stopped()


if __name__ == "__main__":
    with telemetry("embedding", TelemetrySettings()):
        asyncio.run(main())

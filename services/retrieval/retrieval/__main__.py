"""Puts retrieval together: `python -m retrieval`."""

from __future__ import annotations

import asyncio
from functools import partial

from forebay.retrieval.v1alpha1 import retrieval_pb2 as pb
from forebay.retrieval.v1alpha1 import retrieval_pb2_grpc as rpc

from chassis.identity import IdentitySettings
from chassis.server import ServerSettings, running, until_stopped
from chassis.stores.milvus import MilvusConnection
from chassis.telemetry import TelemetrySettings, telemetry
from retrieval.lineage.tracing import Tracing
from retrieval.milvus import milvus
from retrieval.postgres import postgres
from retrieval.reading import Reading
from retrieval.search.searcher import Searcher
from retrieval.servicer import RetrievalServicer
from retrieval.settings import RetrievalSettings, StoreSettings

SERVICES = (pb.DESCRIPTOR.services_by_name["RetrievalService"].full_name,)


async def main() -> None:
    """Serve until told to stop."""
    stores, settings = StoreSettings(), RetrievalSettings()
    with telemetry("retrieval", TelemetrySettings()):
        async with postgres(stores, settings) as catalogue, milvus(MilvusConnection(), settings) as vectors:
            servicer = RetrievalServicer(Searcher(catalogue, vectors), Reading(catalogue), Tracing(catalogue))
            mount = partial(rpc.add_RetrievalServiceServicer_to_server, servicer)
            pings = {"postgres": catalogue.ping, "milvus": vectors.ping}
            verifier = IdentitySettings().verifier()
            async with running(ServerSettings(), mount, pings=pings, verifier=verifier, services=SERVICES):
                await until_stopped()


if __name__ == "__main__":
    asyncio.run(main())

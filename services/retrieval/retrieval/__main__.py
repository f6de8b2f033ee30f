"""Puts retrieval together: `python -m retrieval`."""

from __future__ import annotations

import asyncio
from functools import partial

from forebay.retrieval.v1alpha1 import originals_pb2, originals_pb2_grpc
from forebay.retrieval.v1alpha1 import retrieval_pb2 as pb
from forebay.retrieval.v1alpha1 import retrieval_pb2_grpc as rpc

from chassis.identity import IdentitySettings
from chassis.server import ServerSettings, running, until_stopped
from chassis.stores.milvus import MilvusConnection
from chassis.telemetry import TelemetrySettings, telemetry
from retrieval.lineage.tracing import Tracing
from retrieval.milvus import milvus
from retrieval.objects import Objects
from retrieval.originals.reading import Originals
from retrieval.originals.servicer import OriginalServicer
from retrieval.postgres import postgres
from retrieval.reading import Reading
from retrieval.search.searcher import Searcher
from retrieval.servicer import RetrievalServicer
from retrieval.settings import ObjectSettings, RetrievalSettings, StoreSettings

SERVICES = (
    pb.DESCRIPTOR.services_by_name["RetrievalService"].full_name,
    originals_pb2.DESCRIPTOR.services_by_name["OriginalService"].full_name,
)


async def main() -> None:
    """Serve until told to stop."""
    stores, settings = StoreSettings(), RetrievalSettings()
    with telemetry("retrieval", TelemetrySettings()):
        async with postgres(stores, settings) as catalogue, milvus(MilvusConnection(), settings) as vectors:
            reading, objects = Reading(catalogue), ObjectSettings()
            servicer = RetrievalServicer(Searcher(catalogue, vectors), reading, Tracing(catalogue))
            originals = OriginalServicer(Originals(reading, Objects(objects.objects_url, objects.objects_timeout)))
            mounts = (
                partial(rpc.add_RetrievalServiceServicer_to_server, servicer),
                partial(originals_pb2_grpc.add_OriginalServiceServicer_to_server, originals),
            )
            pings = {"postgres": catalogue.ping, "milvus": vectors.ping}
            verifier = IdentitySettings().verifier()
            async with running(ServerSettings(), *mounts, pings=pings, verifier=verifier, services=SERVICES):
                await until_stopped()


if __name__ == "__main__":
    asyncio.run(main())

"""Puts the ingestion service together and runs it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial

from forebay.ingestion.v1alpha1 import ingestion_pb2 as pb
from forebay.ingestion.v1alpha1 import ingestion_pb2_grpc as rpc
from forebay.ingestion.v1alpha1 import jobs_pb2, jobs_pb2_grpc, keeping_pb2, keeping_pb2_grpc

from chassis.channel import connect
from chassis.identity import IdentitySettings, Signer
from chassis.routing import Routing
from chassis.server import Ping, ServerSettings, running, until_stopped
from chassis.snapshot import SnapshotSettings
from chassis.snapshot.following import News, followed
from chassis.stores.milvus import MilvusConnection
from chassis.stores.patience import patiently
from chassis.stores.postgres import PostgresSettings
from chassis.telemetry import TelemetrySettings, telemetry
from ingestion.assembly import assembled
from ingestion.chunking import by_word
from ingestion.control.watching import control
from ingestion.embedding import EmbeddingService
from ingestion.jobs.servicer import JobServicer
from ingestion.keeping.servicer import KeepingServicer
from ingestion.lineage.ports import Listener
from ingestion.lineage.telling import telling
from ingestion.measures import Measures
from ingestion.milvus import MilvusIndex
from ingestion.objects import ObjectOriginals
from ingestion.parsing.sandbox import SandboxSettings, sandbox
from ingestion.ports import Ports
from ingestion.postgres import (
    PostgresCorpora,
    PostgresErasures,
    PostgresIndexes,
    PostgresJobs,
    PostgresKeeping,
    PostgresLedger,
    PostgresQuarantine,
    PostgresSignatures,
    pool,
    writer,
)
from ingestion.quality.langid import LangidDetector
from ingestion.servicer import IngestionServicer
from ingestion.settings import IngestionSettings, MilvusSettings, StoreSettings
from ingestion.tokens import token_counter
from ingestion.valkey import shelf

_SERVICES = (
    pb.DESCRIPTOR.services_by_name["IngestionService"].full_name,
    jobs_pb2.DESCRIPTOR.services_by_name["JobService"].full_name,
    keeping_pb2.DESCRIPTOR.services_by_name["KeepingService"].full_name,
)
_EMBED_SECONDS = 120.0
Opened = tuple[Ports, Mapping[str, Ping]]
"""What ingestion stands on, and how to ask whether it is there."""


async def main() -> None:
    """Serve until asked to stop."""
    settings, identity, measures = IngestionSettings(), IdentitySettings(), Measures()
    verifier, configuration = identity.verifier(), SnapshotSettings()
    async with (
        control(configuration.control_target) as source,
        followed(source, configuration) as news,
        opened(settings, identity.signer(), _routing(news)) as (ports, pings),
        telling(listener(settings), measures) as told,
        assembled(replace(ports, telling=told), settings, measures) as ingestion,
    ):
        servicer = IngestionServicer(ingestion)
        mount = partial(rpc.add_IngestionServiceServicer_to_server, servicer)
        jobs = partial(jobs_pb2_grpc.add_JobServiceServicer_to_server, JobServicer(ingestion.jobs))
        keeping = KeepingServicer(ingestion)
        keep = partial(keeping_pb2_grpc.add_KeepingServiceServicer_to_server, keeping)
        mounts = (mount, jobs, keep)
        async with running(ServerSettings(), *mounts, pings=pings, verifier=verifier, services=_SERVICES):
            await until_stopped()


def listener(settings: IngestionSettings) -> Listener | None:
    """Return who is told of commits, if anybody is to be."""
    if not settings.lineage_url:
        return None
    # Half a second to import, for few.
    from ingestion.lineage.openlineage import OpenLineage

    return OpenLineage(settings.lineage_url, settings.lineage_namespace, settings.lineage_key.get_secret_value())


def _routing(news: News) -> Routing:
    routing = Routing(news.now)
    news.told(routing.apply)
    return routing


@asynccontextmanager
async def opened(settings: IngestionSettings, signer: Signer, routing: Routing) -> AsyncIterator[Opened]:
    """Open every dependency; the writer's lock comes first, because nothing may be touched without it."""
    where, dsn, seconds = StoreSettings(), PostgresSettings().dsn.get_secret_value(), settings.postgres_timeout
    async with (
        writer(dsn, seconds=seconds, patience=settings.writer_patience, start=settings.start_patience) as session,
        pool(dsn, settings.postgres_connections, seconds) as reads,
        shelf(where.valkey_url) as versions,
        connect(where.embedding_target, "embedding", signer=signer, routing=routing) as channel,
        sandbox(SandboxSettings()) as parser,
        MilvusIndex(MilvusConnection(), MilvusSettings()) as index,
    ):
        book = PostgresCorpora(reads, session, seconds)
        originals = ObjectOriginals(where.objects_url, where.objects_timeout)
        embedder = EmbeddingService(channel, _EMBED_SECONDS)

        async def prepare() -> None:
            await originals.check()
            for collection, dimension in await book.collections():
                await index.prepare(collection, dimension)

        await patiently(settings.start_patience, prepare)
        ports = Ports(
            ledger=PostgresLedger(reads, session, seconds),
            book=book,
            indexes=PostgresIndexes(reads, session, seconds),
            jobs=PostgresJobs(reads, session, seconds),
            keeping=PostgresKeeping(reads, session, seconds),
            erasures=PostgresErasures(reads, session, seconds),
            index=index,
            originals=originals,
            quarantine=PostgresQuarantine(reads, session, seconds),
            signatures=PostgresSignatures(reads, seconds),
            detector=LangidDetector(),
            shelf=versions,
            embedder=embedder,
            parser=parser,
            count=by_word(token_counter(settings.tokenizer_file)),
        )
        stores = {"postgres": book.ping, "milvus": index.ping, "valkey": versions.ping, "objects": originals.ping}
        yield ports, {**stores, "embedding": embedder.ping}


if __name__ == "__main__":
    with telemetry("ingestion", TelemetrySettings()):
        asyncio.run(main())

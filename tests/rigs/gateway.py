"""A real gateway on loopback before services that answer from memory."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import grpc
from forebay.embedding.v1alpha1 import embedding_pb2_grpc as embedding_rpc
from forebay.gateway.v1alpha1 import gateway_pb2 as pb
from forebay.gateway.v1alpha1 import gateway_pb2_grpc as rpc
from forebay.ingestion.v1alpha1 import ingestion_pb2_grpc as ingestion_rpc
from forebay.ingestion.v1alpha1 import jobs_pb2_grpc as ingestion_jobs
from forebay.ingestion.v1alpha1 import keeping_pb2_grpc as ingestion_keeping_rpc
from forebay.orchestrator.v1alpha1 import orchestrator_pb2_grpc as orchestrator_rpc
from forebay.retrieval.v1alpha1 import originals_pb2_grpc as originals_rpc
from forebay.retrieval.v1alpha1 import retrieval_pb2_grpc as retrieval_rpc

from chassis.channel import ChannelSettings
from chassis.identity import IdentitySettings, generate_keys
from chassis.routing import Routing
from chassis.server import ServerSettings, running
from chassis.snapshot import Snapshot
from fakes.answers import FakeAnswers
from fakes.behind import FakeEmbedding, FakeIngestion, FakeRetrieval
from fakes.counts import FakeCounts
from fakes.gateway_jobs import AnyCorpus
from fakes.jobs import FakeJobBook
from fakes.keeping_services import FakeKeepingService
from fakes.orchestrator import FakeOrchestrator
from fakes.originals import FakeOriginalService
from fakes.records import FakeRecords
from gateway.assembly import Gateway, Shared
from gateway.assembly import serving as serving_both
from gateway.audit.records import Records
from gateway.behind import behind
from gateway.cache.ports import Shelf
from gateway.http.settings import HttpSettings
from gateway.limits.ports import Counts
from gateway.limits.running import limiting
from gateway.records.committing import Committer
from gateway.records.store import CommitLimits
from gateway.settings import GatewaySettings, TargetSettings
from ingestion.jobs.keeping import Jobs
from ingestion.jobs.servicer import JobServicer
from rigs.acme import ADMIN, OPERATOR, PROVIDER, READER, SNAPSHOT, WRITER
from rigs.refusals import details, refused

__all__ = [
    "ADMIN",
    "OPERATOR",
    "PROVIDER",
    "READER",
    "SERVER",
    "SNAPSHOT",
    "WRITER",
    "Front",
    "ask",
    "details",
    "gateway",
    "key",
    "refused",
]

COMMITTING = CommitLimits(pause=0.05)
SERVER = ServerSettings(port=0, health_port=0, settle=0, grace=0)


@dataclass
class Front:
    """A gateway, and the services behind it."""

    orchestrator: FakeOrchestrator
    ingestion: FakeIngestion
    kept: FakeKeepingService
    records: FakeRecords
    channel: grpc.aio.Channel
    stub: rpc.GatewayServiceStub
    address: str
    health: str
    http: str
    """The base of public addresses, such as `http://127.0.0.1:50080`."""

    operations: str
    """That of the port of health and metrics."""


@asynccontextmanager
async def gateway(
    folder: Path,
    settings: GatewaySettings | None = None,
    http: HttpSettings | None = None,
    server: ServerSettings = SERVER,
    *,
    shelf: Shelf | None = None,
    snapshot: Snapshot = SNAPSHOT,
    counts: Counts | None = None,
) -> AsyncIterator[Front]:
    """Run it until the block ends."""
    http = http or HttpSettings(port=0, operations_port=0)
    files = generate_keys(folder)
    keys = IdentitySettings(identity_private_key_file=files.private, identity_public_key_file=files.public)
    orchestrator, ingestion, kept = FakeOrchestrator(), FakeIngestion(), FakeKeepingService()
    store = FakeRecords()
    async with AsyncExitStack() as stack:

        async def serving(*mounts):
            server = running(SERVER, *(partial(add, servicer) for add, servicer in mounts), verifier=keys.verifier())
            return f"127.0.0.1:{(await stack.enter_async_context(server)).port}"

        targets = await _targets(serving, orchestrator, ingestion, kept)
        services = await stack.enter_async_context(behind(targets, ChannelSettings(), keys.signer(), Routing(snapshot)))
        settings = settings or GatewaySettings()
        limits = await stack.enter_async_context(limiting(counts or FakeCounts(time.time), settings))
        committer = Committer(store, COMMITTING)
        await stack.enter_async_context(committer.running())
        records = Records(committer=committer, audit=store, usage=store)
        shared = Shared(shelf=shelf or FakeAnswers(), limiting=limits, records=records)
        made = Gateway(snapshot, PROVIDER.fetch, services, shared, settings)
        both = serving_both(made, made.calls(http, lambda: b"# figures\n"), server, http)
        ports, front = await stack.enter_async_context(both)
        options = [("grpc.max_send_message_length", -1), ("grpc.max_metadata_size", 64 * 1024)]
        address = f"127.0.0.1:{ports.port}"
        channel = await stack.enter_async_context(grpc.aio.insecure_channel(address, options=options))
        stub = rpc.GatewayServiceStub(channel)
        yield Front(orchestrator, ingestion, kept, store, channel, stub, address, *_bases(server, ports, front))


def _bases(server, ports, front):
    scheme = "https" if server.certificate_file else "http"
    return (
        f"127.0.0.1:{ports.health_port}",
        f"{scheme}://localhost:{front.port}",
        f"http://127.0.0.1:{front.operations_port}",
    )


async def _targets(serving, orchestrator, ingestion, kept) -> TargetSettings:
    return TargetSettings(
        orchestrator_target=await serving((orchestrator_rpc.add_OrchestratorServiceServicer_to_server, orchestrator)),
        embedding_target=await serving((embedding_rpc.add_EmbeddingServiceServicer_to_server, FakeEmbedding())),
        retrieval_target=await serving(
            (retrieval_rpc.add_RetrievalServiceServicer_to_server, FakeRetrieval()),
            (originals_rpc.add_OriginalServiceServicer_to_server, FakeOriginalService()),
        ),
        ingestion_target=await serving(
            (ingestion_rpc.add_IngestionServiceServicer_to_server, ingestion),
            (ingestion_keeping_rpc.add_KeepingServiceServicer_to_server, kept),
            (
                ingestion_jobs.add_JobServiceServicer_to_server,
                JobServicer(Jobs(FakeJobBook(), AnyCorpus())),
            ),
        ),
    )


def key(text: str) -> tuple[tuple[str, str], ...]:
    """Return the metadata that a client with that key sends."""
    return (("authorization", f"Bearer {text}"),)


def ask(question: str, corpus: str = "docs", **fields) -> pb.AnswerRequest:
    """Return a question."""
    return pb.AnswerRequest(ask={"corpus": corpus, "question": question, **fields})

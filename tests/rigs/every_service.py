"""Every service on loopback, with fakes behind it, and one way to send it bytes that no stub made."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import grpc
from forebay.control.v1alpha1 import control_pb2, watch_pb2
from forebay.control.v1alpha1 import keys_pb2 as control_keys_pb2
from forebay.embedding.v1alpha1 import embedding_pb2, embedding_pb2_grpc
from forebay.gateway.v1alpha1 import admin_pb2, audit_pb2, caching_pb2, gateway_pb2, usage_pb2
from forebay.gateway.v1alpha1 import jobs_pb2 as gateway_jobs_pb2
from forebay.gateway.v1alpha1 import keeping_pb2 as gateway_keeping_pb2
from forebay.gateway.v1alpha1 import originals_pb2 as gateway_originals_pb2
from forebay.ingestion.v1alpha1 import (
    ingestion_pb2,
    ingestion_pb2_grpc,
    jobs_pb2,
    jobs_pb2_grpc,
    keeping_pb2,
    keeping_pb2_grpc,
)
from forebay.orchestrator.v1alpha1 import orchestrator_pb2
from forebay.retrieval.v1alpha1 import originals_pb2 as retrieval_originals_pb2
from forebay.retrieval.v1alpha1 import retrieval_pb2
from google.protobuf.descriptor import FileDescriptor, MethodDescriptor

from chassis.identity import Identity, IdentitySettings, generate_keys
from chassis.server import ServerSettings, running
from control.watching.newest import Newest
from embedding.batching.lane import LaneLimits
from embedding.embedder import Embedder, Tokens
from embedding.servicer import EmbeddingServicer
from fakes.control_store import FakeStore
from fakes.engine import FakeEngine, FakeTokeniser
from ingestion.jobs.servicer import JobServicer
from ingestion.keeping.servicer import KeepingServicer
from ingestion.servicer import IngestionServicer
from rigs.control import mounts as control_mounts
from rigs.gateway import READER, WRITER, gateway, key
from rigs.ingestion import corpus_of, fake_world
from rigs.operated import OPERATOR, operated
from rigs.orchestrator import orchestrated
from rigs.retrieval import retrieval

ANYBODY = Identity(tenant="acme", groups=frozenset({"hr"}), roles=frozenset({"read", "write", "operator"}), key_id="k1")
SERVER = ServerSettings(port=0, health_port=0, settle=0, grace=0)
BESIDE = {
    ingestion_pb2.DESCRIPTOR.name: (jobs_pb2.DESCRIPTOR, keeping_pb2.DESCRIPTOR),
    control_pb2.DESCRIPTOR.name: (control_keys_pb2.DESCRIPTOR, watch_pb2.DESCRIPTOR),
}
"""What else each server of ours serves."""

FRONT = (
    gateway_pb2.DESCRIPTOR,
    gateway_jobs_pb2.DESCRIPTOR,
    gateway_keeping_pb2.DESCRIPTOR,
    gateway_originals_pb2.DESCRIPTOR,
    audit_pb2.DESCRIPTOR,
    caching_pb2.DESCRIPTOR,
    usage_pb2.DESCRIPTOR,
)
"""What the gateway serves."""

CUT, BROKEN_SEND = "CUT", "Internal error from Core"
"""How gRPC's client says of its own, whatever ended it, that a stream ended while a message was on its way out."""

SECONDS = 20.0
"""In which each call must end: many times what any of them takes here."""


@dataclass(frozen=True)
class Method:
    """An RPC, and how to get at it."""

    descriptor: MethodDescriptor
    channel: grpc.aio.Channel
    metadata: tuple[tuple[str, str], ...]

    async def answered(self, messages: Sequence[bytes]) -> str:
        """Send the bytes and return how it ended, as gRPC names it."""
        method = self.descriptor
        path = f"/{method.containing_service.full_name}/{method.name}"
        shape = ("stream" if each else "unary" for each in (method.client_streaming, method.server_streaming))
        call = getattr(self.channel, "_".join(shape))(path)
        request = iter(messages) if method.client_streaming else messages[0]
        try:
            async with asyncio.timeout(SECONDS):
                answer = call(request, metadata=self.metadata)
                if method.server_streaming:
                    _ = [message async for message in answer]
                else:
                    await answer
        except grpc.aio.AioRpcError as failure:
            return CUT if failure.details() == BROKEN_SEND else failure.code().name
        return "OK"


class AnyTokeniser(FakeTokeniser):
    """Makes a token of every word."""

    def _read(self, text: str) -> Tokens:
        words = text.split() or [""]
        return Tokens([len(word) for word in words[:256]], len(words) > 256)


@asynccontextmanager
async def every_method(folder: Path) -> AsyncIterator[dict[str, Method]]:
    """Run all services; yield all of their methods by full name."""
    async with AsyncExitStack() as stack:
        methods: dict[str, Method] = {}

        async def add(address: str, file: FileDescriptor, metadata: tuple[tuple[str, str], ...]) -> None:
            options = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)]
            channel = await stack.enter_async_context(grpc.aio.insecure_channel(address, options=options))
            for service in file.services_by_name.values():
                for method in service.methods:
                    methods[method.full_name + str(len(methods))] = Method(method, channel, metadata)

        keys = _keys(folder / "ours")
        for file, mounts in (await _mounts(stack)).items():
            ports = await stack.enter_async_context(running(SERVER, *mounts, verifier=keys.verifier()))
            await add(f"127.0.0.1:{ports.port}", file, _token(keys))
            for more in BESIDE.get(file.name, ()):
                await add(f"127.0.0.1:{ports.port}", more, _token(keys))
        serving = await stack.enter_async_context(retrieval(folder / "retrieval"))
        for file in (retrieval_pb2.DESCRIPTOR, retrieval_originals_pb2.DESCRIPTOR):
            await add(serving.address, file, _token(_keys(folder / "retrieval")))
        asking = await stack.enter_async_context(orchestrated(folder / "orchestrator"))
        await add(asking.address, orchestrator_pb2.DESCRIPTOR, _token(_keys(folder / "orchestrator")))
        front = await stack.enter_async_context(gateway(folder / "gateway"))
        for credential in (READER, WRITER):
            for file in FRONT:
                await add(front.address, file, key(credential))
        managed = await stack.enter_async_context(operated(_made(folder / "operated")))
        await add(managed.address, admin_pb2.DESCRIPTOR, key(OPERATOR))
        yield methods


async def _mounts(stack: AsyncExitStack):
    ingestion = await stack.enter_async_context(fake_world().running())
    await corpus_of(ingestion, "docs")
    writing = IngestionServicer(ingestion)
    jobs = JobServicer(ingestion.jobs)
    keeping = KeepingServicer(ingestion)
    embedding = EmbeddingServicer(Embedder(AnyTokeniser(), FakeEngine(), LaneLimits(in_flight=1, queue_tokens=100_000)))
    ended = Newest()  # watching it has an end, and each call must have one
    ended.end()
    return {
        control_pb2.DESCRIPTOR: control_mounts(FakeStore(), ended),
        embedding_pb2.DESCRIPTOR: [partial(embedding_pb2_grpc.add_EmbeddingServiceServicer_to_server, embedding)],
        ingestion_pb2.DESCRIPTOR: [
            partial(ingestion_pb2_grpc.add_IngestionServiceServicer_to_server, writing),
            partial(jobs_pb2_grpc.add_JobServiceServicer_to_server, jobs),
            partial(keeping_pb2_grpc.add_KeepingServiceServicer_to_server, keeping),
        ],
    }


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _keys(folder: Path) -> IdentitySettings:
    files = generate_keys(folder)
    return IdentitySettings(identity_private_key_file=files.private, identity_public_key_file=files.public)


def _token(keys: IdentitySettings) -> tuple[tuple[str, str], ...]:
    return (("forebay-identity", keys.signer().token(ANYBODY, 3000.0)),)

"""Ingestion over a real server on loopback, and who asks it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from forebay.ingestion.v1alpha1 import ingestion_pb2_grpc as rpc

from chassis.channel import connect
from chassis.identity import Identity, IdentitySettings, generate_keys
from chassis.server import ServerSettings, running
from ingestion.servicer import IngestionServicer
from rigs.ingestion import World

WRITER = Identity(tenant="acme", groups=frozenset(), roles=frozenset({"write"}), key_id="k1")
READER = Identity(tenant="acme", groups=frozenset(), roles=frozenset(), key_id="k2")
STRANGER = Identity(tenant="globex", groups=frozenset(), roles=frozenset({"write"}), key_id="k3")


@asynccontextmanager
async def ingestion_stub(world: World, folder: Path) -> AsyncIterator[rpc.IngestionServiceStub]:
    """Serve the world's ingestion until the block ends."""
    files = generate_keys(folder)
    keys = IdentitySettings(identity_private_key_file=files.private, identity_public_key_file=files.public)
    settings = ServerSettings(port=0, health_port=0, settle=0, grace=0)
    async with world.running() as ingestion:
        mount = partial(rpc.add_IngestionServiceServicer_to_server, IngestionServicer(ingestion))
        async with (
            running(settings, mount, verifier=keys.verifier()) as ports,
            connect(f"127.0.0.1:{ports.port}", "ingestion", signer=keys.signer()) as channel,
        ):
            yield rpc.IngestionServiceStub(channel)

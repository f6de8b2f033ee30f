"""The services and the pool of a running embedded stack, spoken to as its own orchestrator does."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from chassis.channel import connect
from chassis.identity import Identity, IdentitySettings, bound
from chassis.routing import Routing
from chassis.snapshot import load
from orchestrator.embedding import Embedding
from orchestrator.retrieval import Retrieval
from pool.models import Models, models
from pool.settings import PoolSettings, TritonSettings

READER = Identity(tenant="demo", groups=frozenset(), roles=frozenset({"read"}), key_id="fitting")


@asynccontextmanager
async def siblings() -> AsyncIterator[tuple[Embedding, Retrieval, Models]]:
    """Connect to the stack in `FOREBAY_HOME`, as its demo tenant."""
    home = Path(os.environ.get("FOREBAY_HOME", ".forebay"))
    ports = json.loads((home / "ports.json").read_text(encoding="utf-8"))
    signer = IdentitySettings(identity_private_key_file=home / "secrets" / "identity.key").signer()
    triton = TritonSettings(
        embedding_target=_address(ports, "triton-embedding"), generator_target=_address(ports, "triton-generator")
    )
    with bound(READER):
        async with (
            connect(_address(ports, "embedding"), "embedding", signer=signer) as to_embedding,
            connect(_address(ports, "retrieval"), "retrieval", signer=signer) as to_retrieval,
            models(PoolSettings(), Routing(load(home / "config.yaml")), triton) as pool,
        ):
            yield Embedding(to_embedding), Retrieval(to_retrieval), pool


def _address(ports: dict[str, dict[str, int]], name: str) -> str:
    return f"127.0.0.1:{ports[name]['grpc']}"

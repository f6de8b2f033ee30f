"""Our gateway before the stub: a key, and limits that never refuse."""

from __future__ import annotations

import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from bench.proxies.processes import answering, free_port, pinned
from chassis.identity import generate_keys
from chassis.snapshot import new_key

MANY = 100_000_000
METHOD = "/forebay.gateway.v1alpha1.GatewayService/Answer"


@dataclass(frozen=True, slots=True)
class Gateway:
    """A gateway that runs."""

    grpc: int
    http: int
    key: str
    process: Process


@asynccontextmanager
async def gateway(folder: Path, core: int, upstream: int, stores: Mapping[str, str]) -> AsyncIterator[Gateway]:
    """Run a gateway on the core; `stores` are the settings of Valkey and PostgreSQL, where it has them."""
    key, digest = new_key("bench")
    limits = {"requests_per_minute": MANY, "tokens_per_minute": MANY, "concurrent": 1000}
    snapshot = {
        "version": 1,
        "tenants": [{"name": "bench"}],
        "keys": [{"id": "bench", "tenant": "bench", "sha256": digest, "roles": ["read"]}],
        "policies": [{"name": "default", "tenant": limits, "key": limits, "caching": {"exact": False}}],
    }
    file = folder / "config.yaml"
    file.write_text(yaml.safe_dump(snapshot))
    grpc, http, log = free_port(), free_port(), folder / "gateway.log"
    env = {
        "FOREBAY_CONFIG_FILE": str(file),
        "FOREBAY_SERVER_PORT": str(grpc),
        "FOREBAY_SERVER_HEALTH_PORT": str(free_port()),
        "FOREBAY_SERVER_SETTLE": "0",
        "FOREBAY_HTTP_PORT": str(http),
        "FOREBAY_HTTP_OPERATIONS_PORT": str(free_port()),
        "FOREBAY_GATEWAY_MAX_ANSWERS": "256",
        "FOREBAY_IDENTITY_PRIVATE_KEY_FILE": str(generate_keys(folder).private),
        "FOREBAY_LOG_LEVEL": "warning",
        **{f"FOREBAY_{name}_TARGET": f"127.0.0.1:{upstream}" for name in ("ORCHESTRATOR", "EMBEDDING", "RETRIEVAL")},
        "FOREBAY_INGESTION_TARGET": f"127.0.0.1:{upstream}",
        **stores,
    }
    async with pinned((sys.executable, "-P", "-m", "gateway"), core, log, env) as process:
        await answering(grpc, process, log)
        yield Gateway(grpc, http, key, process)

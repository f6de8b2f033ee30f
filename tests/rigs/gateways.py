"""Several real gateway processes over one Valkey, and a fake of what is behind them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import grpc
import yaml
from forebay.gateway.v1alpha1 import gateway_pb2_grpc as rpc
from forebay.orchestrator.v1alpha1 import orchestrator_pb2_grpc as orchestrator_rpc

from chassis.identity import IdentitySettings, generate_keys
from chassis.server import ServerSettings, running
from chassis.snapshot import new_key
from fakes.metered import MeteredOrchestrator
from rigs.program import Program, program
from rigs.records import migrated
from rigs.valkey import valkey

QUIET = ServerSettings(port=0, health_port=0, settle=0, grace=0)
LEASE = 2.0
OPTIONS = [("grpc.initial_reconnect_backoff_ms", 100), ("grpc.max_reconnect_backoff_ms", 300)]


@dataclass
class Gateways:
    """All of them."""

    orchestrator: MeteredOrchestrator
    processes: list[Program]
    valkey_url: str
    keys: list[str]
    stubs: list[rpc.GatewayServiceStub] = field(default_factory=list)


@asynccontextmanager
async def gateways(folder: Path, count: int, policy: dict, keys: int = 1) -> AsyncIterator[Gateways]:
    """Run that many gateways under a policy of one tenant until the block ends."""
    files = generate_keys(folder)
    trusted = IdentitySettings(identity_public_key_file=files.public)
    made = [new_key(f"k{number}") for number in range(keys)]
    _configure(folder / "config.yaml", policy, [digest for _, digest in made])
    behind = MeteredOrchestrator()
    mount = partial(orchestrator_rpc.add_OrchestratorServiceServicer_to_server, behind)
    async with AsyncExitStack() as stack:
        at = await stack.enter_async_context(running(QUIET, mount, verifier=trusted.verifier()))
        url = await stack.enter_async_context(valkey())
        dsn = await stack.enter_async_context(migrated())
        every = {
            "FOREBAY_POSTGRES_DSN": dsn,
            "FOREBAY_CONFIG_FILE": str(folder / "config.yaml"),
            "FOREBAY_IDENTITY_PRIVATE_KEY_FILE": str(files.private),
            "FOREBAY_ORCHESTRATOR_TARGET": f"127.0.0.1:{at.port}",
            "FOREBAY_VALKEY_URL": url,
            "FOREBAY_GATEWAY_LEASE": str(LEASE),
            "FOREBAY_GATEWAY_PROMPT_TOKENS": "60",
            "FOREBAY_GATEWAY_COUNT_TIMEOUT": "5",
            "FOREBAY_GATEWAY_MAX_ANSWERS": "500",
        }
        processes = [
            program("gateway", folder, every, name=f"gateway-{number}", listeners=("HTTP", "HTTP_OPERATIONS"))
            for number in range(count)
        ]
        for process in processes:
            stack.push_async_callback(process.kill)
        await asyncio.gather(*(process.start() for process in processes))
        channels = [
            await stack.enter_async_context(grpc.aio.insecure_channel(process.address, options=OPTIONS))
            for process in processes
        ]
        stubs = [rpc.GatewayServiceStub(channel) for channel in channels]
        yield Gateways(behind, processes, url, [text for text, _ in made], stubs)


def _configure(path: Path, policy: dict, digests: list[str]) -> None:
    snapshot = {
        "version": 1,
        "tenants": [{"name": "acme"}],
        "keys": [
            {"id": f"k{number}", "tenant": "acme", "sha256": digest, "roles": ["read"]}
            for number, digest in enumerate(digests)
        ],
        "routes": [{"role": "generator", "targets": [{"pool": "generator", "model": "small"}]}],
        "policies": [{"name": "default", "caching": {"exact": False}, **policy}],
        "prices": {"version": 1, "prices": [{"model": "small", "input_tokens": 1, "output_tokens": 3}]},
    }
    path.write_text(yaml.safe_dump(snapshot))

"""Our own services, each `python -m <service>`, and the migrations that run before them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from chassis.edges import callees
from forebay_client.stack import wiring
from forebay_client.stack.part import HOST, Launch, Part, Place
from forebay_client.stack.parts import first, milvus, postgres, receiver, valkey
from forebay_client.stack.parts.probes import grpc_call

CHECK = "/grpc.health.v1.Health/Check"
SETTLE = "0"
"""No load balancer has to notice a stop here."""
GRACE = "5"
ANSWERS = "12"
"""Answers that the gateway admits at a time: what the small model on a few cores finishes before callers give up."""
SLOTS = "4"
"""Answers that the generator writes at a time; the others wait in the pool, where their deadlines are known."""


PRIVATE_KEYS: Mapping[str, str] = {"gateway": "identity.key", "ingestion": "worker.key"}
"""Who signs with which key."""

MORE_LISTENERS: Mapping[str, Mapping[str, str]] = {
    "gateway": {"http": "FOREBAY_HTTP_PORT", "operations": "FOREBAY_HTTP_OPERATIONS_PORT"}
}
"""What a service listens on besides gRPC and health, and the setting of its port."""

STORES: Mapping[str, Callable[[Place], str]] = {
    "milvus": milvus.uri,
    "objects": lambda place: (place.home.data / "objects").as_uri(),
    "postgres": postgres.dsn,
    "valkey": valkey.url,
}


def target(callee: str, place: Place) -> str:
    """Return where something that services call is."""
    return STORES[callee](place) if callee in STORES else place.address(callee, "grpc")


def given(service: str, place: Place, tokeniser: Path) -> Mapping[str, str]:
    """Return what services are given besides the targets; each gets what its row of the table names."""
    return {
        "FOREBAY_SERVER_HOST": HOST,
        "FOREBAY_SERVER_PORT": str(place.port(service, "grpc")),
        "FOREBAY_SERVER_HEALTH_PORT": str(place.port(service, "health")),
        "FOREBAY_SERVER_SETTLE": SETTLE,
        "FOREBAY_SERVER_GRACE": GRACE,
        "FOREBAY_SERVER_REFLECTION": "true",
        "FOREBAY_CONFIG_FILE": str(place.home.config),
        "FOREBAY_CONTROL_FIRST_OPERATOR": first.TENANT,
        "FOREBAY_SNAPSHOT_FILE": str(place.home.snapshot(service)),
        "FOREBAY_OTLP_ENDPOINT": receiver.endpoint(place),
        "FOREBAY_IDENTITY_PRIVATE_KEY_FILE": str(place.home.secrets / PRIVATE_KEYS.get(service, "")),
        "FOREBAY_IDENTITY_WORKER_PUBLIC_KEY_FILE": str(place.home.secrets / "worker.pub"),
        "FOREBAY_IDENTITY_PUBLIC_KEY_FILE": str(place.home.secrets / "identity.pub"),
        "FOREBAY_GATEWAY_MAX_ANSWERS": ANSWERS,
        "FOREBAY_GATEWAY_REPLICAS": "1",
        "FOREBAY_POOL_IN_FLIGHT": SLOTS,
        "FOREBAY_EMBEDDING_TOKENIZER_FILE": str(tokeniser),
        "FOREBAY_INGESTION_TOKENIZER_FILE": str(tokeniser),
        **{name: str(place.port(service, listener)) for listener, name in MORE_LISTENERS.get(service, {}).items()},
    }


def environment(service: str, place: Place, tokeniser: Path) -> Mapping[str, str]:
    """Return the settings of one service."""
    every = given(service, place, tokeniser)
    row = {name: every[name] for name in (*wiring.EVERY, *wiring.OWN[service])}
    return row | {wiring.TARGETS[callee]: target(callee, place) for callee in callees(service)}


async def ping(service: str, place: Place) -> None:
    """Ask the service's health port whether it is ready."""
    from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse

    request = HealthCheckRequest(service="ready").SerializeToString()
    answer = HealthCheckResponse.FromString(await grpc_call(place.address(service, "health"), CHECK, request))
    if answer.status != HealthCheckResponse.SERVING:
        raise ConnectionError(f"{service} is not ready")


def part(service: str, tokeniser: Path) -> Part:
    """Return one service as a part of the stack."""

    def launch(place: Place) -> Launch:
        (place.home.data / "objects").mkdir(exist_ok=True)
        command = (sys.executable, "-P", "-m", service)
        return Launch(command=command, env=environment(service, place, tokeniser))

    needs = wiring.needs(service)
    listeners = ("grpc", "health", *MORE_LISTENERS.get(service, {}))
    return Part(name=service, listeners=listeners, needs=needs, launch=launch, ping=partial(ping, service))


def migrate(place: Place) -> Launch:
    """Return how to bring the database up to date."""
    env = {wiring.TARGETS["postgres"]: postgres.dsn(place)}
    return Launch(command=(sys.executable, "-P", "-m", "chassis.migrating", *wiring.MIGRATED), env=env)


MIGRATIONS = Part(name=wiring.MIGRATIONS, needs=frozenset({postgres.NAME}), launch=migrate, once=True)

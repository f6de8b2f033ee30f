"""Which settings each service is given, as one table: the embedded stack fills it in, a chart is compared with it.

Whom a service calls is told by `chassis.edges`; how it learns where that is, by `TARGETS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chassis.edges import callees

SERVICES: Final = ("control", "ingestion", "embedding", "retrieval", "orchestrator", "gateway")
TRITONS: Final = ("triton-embedding", "triton-generator")
MIGRATIONS: Final = "migrations"
MIGRATED: Final = ("ingestion", "gateway", "control")
"""Services that keep tables, in the order in which these are brought up to date; `<service>.migrate` is each one's."""

TARGETS: Final[Mapping[str, str]] = {
    "control": "FOREBAY_CONTROL_TARGET",
    "embedding": "FOREBAY_EMBEDDING_TARGET",
    "ingestion": "FOREBAY_INGESTION_TARGET",
    "milvus": "FOREBAY_MILVUS_URI",
    "objects": "FOREBAY_OBJECTS_URL",
    "orchestrator": "FOREBAY_ORCHESTRATOR_TARGET",
    "postgres": "FOREBAY_POSTGRES_DSN",
    "retrieval": "FOREBAY_RETRIEVAL_TARGET",
    "triton-embedding": "FOREBAY_TRITON_EMBEDDING_TARGET",
    "triton-generator": "FOREBAY_TRITON_GENERATOR_TARGET",
    "valkey": "FOREBAY_VALKEY_URL",
}
"""What is called, and the setting that says where it is."""

EVERY: Final = (
    "FOREBAY_SERVER_HOST",
    "FOREBAY_SERVER_PORT",
    "FOREBAY_SERVER_HEALTH_PORT",
    "FOREBAY_SERVER_SETTLE",
    "FOREBAY_SERVER_GRACE",
    "FOREBAY_SERVER_REFLECTION",
    "FOREBAY_OTLP_ENDPOINT",
)
"""Settings that every service is given."""

OWN: Final[Mapping[str, tuple[str, ...]]] = {
    "control": ("FOREBAY_CONFIG_FILE", "FOREBAY_CONTROL_FIRST_OPERATOR", "FOREBAY_IDENTITY_PUBLIC_KEY_FILE"),
    "embedding": (
        "FOREBAY_EMBEDDING_TOKENIZER_FILE",
        "FOREBAY_IDENTITY_PUBLIC_KEY_FILE",
        "FOREBAY_IDENTITY_WORKER_PUBLIC_KEY_FILE",
        "FOREBAY_SNAPSHOT_FILE",
    ),
    "gateway": (
        "FOREBAY_GATEWAY_MAX_ANSWERS",
        "FOREBAY_GATEWAY_REPLICAS",
        "FOREBAY_HTTP_PORT",
        "FOREBAY_HTTP_OPERATIONS_PORT",
        "FOREBAY_IDENTITY_PRIVATE_KEY_FILE",
        "FOREBAY_SNAPSHOT_FILE",
    ),
    "ingestion": (
        "FOREBAY_INGESTION_TOKENIZER_FILE",
        "FOREBAY_IDENTITY_PUBLIC_KEY_FILE",
        "FOREBAY_IDENTITY_PRIVATE_KEY_FILE",
        "FOREBAY_SNAPSHOT_FILE",
    ),
    "orchestrator": ("FOREBAY_IDENTITY_PUBLIC_KEY_FILE", "FOREBAY_POOL_IN_FLIGHT", "FOREBAY_SNAPSHOT_FILE"),
    "retrieval": ("FOREBAY_IDENTITY_PUBLIC_KEY_FILE",),
}
"""Settings that one service is given; only the gateway signs for callers, and ingestion for itself."""

AFTER: Final[Mapping[str, tuple[str, ...]]] = {
    "gateway": (MIGRATIONS,),
    "control": (MIGRATIONS,),
    "ingestion": (MIGRATIONS,),
    "retrieval": (MIGRATIONS,),
}
"""What must have happened before a service starts, besides what it calls."""


def settings(service: str) -> frozenset[str]:
    """Return the names of all settings that a service is given."""
    return frozenset((*EVERY, *OWN[service], *(TARGETS[callee] for callee in callees(service))))


def needs(service: str) -> frozenset[str]:
    """Return the processes that must be ready before a service starts; the object store is a folder, not a process."""
    return (callees(service) - {"objects"}) | {"receiver", *AFTER.get(service, ())}

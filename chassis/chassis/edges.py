"""Who calls whom: the one list.

Network policies, client settings, the tests of traces and the pictures in the docs are made from it or compared with
it. A service that gets a new dependency gets a line here first.
"""

from __future__ import annotations

from typing import Final

EDGES: Final[frozenset[tuple[str, str]]] = frozenset(
    {
        ("gateway", "orchestrator"),
        ("gateway", "ingestion"),
        ("gateway", "retrieval"),
        ("gateway", "embedding"),
        ("gateway", "valkey"),
        ("gateway", "postgres"),
        ("gateway", "control"),
        ("orchestrator", "embedding"),
        ("orchestrator", "retrieval"),
        ("orchestrator", "control"),
        ("orchestrator", "triton-generator"),
        ("orchestrator", "triton-embedding"),
        ("embedding", "control"),
        ("embedding", "triton-embedding"),
        ("control", "postgres"),
        ("retrieval", "milvus"),
        ("retrieval", "postgres"),
        ("retrieval", "objects"),
        ("ingestion", "control"),
        ("ingestion", "embedding"),
        ("ingestion", "milvus"),
        ("ingestion", "postgres"),
        ("ingestion", "objects"),
        ("ingestion", "valkey"),
    }
)
"""Pairs of (caller, callee). A name is a service's, a Triton pool's (`triton-<pool>`) or a store's."""

STORES: Final[frozenset[str]] = frozenset({"milvus", "postgres", "valkey", "objects"})
"""What keeps state. A call to one is seen as a client span alone."""

WRITERS: Final[frozenset[str]] = frozenset({"control", "ingestion"})
"""Services that change what they are called with: nothing that they are asked may be asked twice for comparison."""

CALLED: Final[frozenset[str]] = frozenset(
    callee for _, callee in EDGES if callee not in STORES and not callee.startswith("triton-")
)
"""Services that other services call."""


def callees(caller: str) -> frozenset[str]:
    """Return whom the caller calls."""
    return frozenset(callee for name, callee in EDGES if name == caller)


def callers(callee: str) -> frozenset[str]:
    """Return who calls the callee."""
    return frozenset(caller for caller, name in EDGES if name == callee)

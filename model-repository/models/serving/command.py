"""How one pool's Triton is started: the exact command and environment, and nothing else."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from models.failure import ModelsError
from models.layout import POOLS, Layout

LOOPBACK: Final = "127.0.0.1"
RESTRICTED: Final = "model-repository,shared-memory,trace,logging"
"""Who may call these may run code, or read what others ask."""
TRACE_DELAY: Final = 1000
"""Milliseconds between two exports of spans: a trace can be read soon after its request."""
AGE_GRACE: Final = 600_000
"""Milliseconds that a stream may still take on a connection that is too old; no answer takes longer."""
PING: Final = 10_000
"""Milliseconds; our channels ask every 30 s whether the peer lives, and Triton's default takes that for an attack."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Where Triton listens."""

    grpc: int
    http: int
    metrics: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A program to start."""

    argv: tuple[str, ...]
    env: Mapping[str, str]
    """Replaces variables of the same name; PATH and LD_LIBRARY_PATH are whole."""
    shared_memory: str
    """Prefix of its segments in /dev/shm. Triton removes them when it stops in order; `forget` does after a kill."""


def triton_command(  # noqa: PLR0913 - each is one switch of Triton
    pool: str,
    ports: Ports,
    *,
    host: str = LOOPBACK,
    otlp_url: str | None = None,
    admin_key: str | None = None,
    exit_timeout: int = 30,
    connection_age: float | None = None,
    verbose: int = 0,
    shared_memory: str | None = None,
    layout: Layout | None = None,
) -> Command:
    """Return the command that serves one pool.

    otlp_url: full URL for OTLP over HTTP, such as http://127.0.0.1:4318/v1/traces; only requests that carry trace
    context are traced. admin_key: who sends it in the header `triton-grpc-protocol-admin-key` may load models; without
    one, nobody may. exit_timeout: seconds that open streams get after SIGTERM. connection_age: seconds after which a
    client is asked to connect again, so that it finds new replicas and leaves old ones; its streams may end before.
    shared_memory: prefix of the
    segments' names, for whoever removes them. Raises ModelsError when not built.
    """
    if pool not in POOLS:
        raise ModelsError(f"there is no pool {pool!r}; there are {', '.join(POOLS)}")
    place = layout or Layout.here()
    prefix = shared_memory or f"forebay-{pool}-{ports.grpc}"
    key = admin_key or secrets.token_hex(32)
    argv = (
        str(place.packages() / "pytriton" / "tritonserver" / "bin" / "tritonserver"),
        *models(pool, place.built()),
        *listeners(host, ports),
        *(ageing(connection_age) if connection_age else ()),
        *rights(key),
        *(tracing(pool, otlp_url) if otlp_url else ()),
        f"--backend-config=python,shm-region-prefix-name={prefix}",
        "--backend-config=python,stub-timeout-seconds=120",
        f"--exit-timeout-secs={exit_timeout}",
        f"--log-verbose={verbose}",
        "--log-format=ISO8601",
        f"--id=triton-{pool}",
    )
    return Command(argv=argv, env=environment(place), shared_memory=prefix)


def models(pool: str, built: Path) -> tuple[str, ...]:
    """Return what is loaded: the models of the pool, and nothing because it lies in the folder."""
    return (
        f"--model-repository={built / 'repository'}",
        f"--backend-directory={built / 'backends'}",
        "--model-control-mode=explicit",
        *(f"--load-model={model}" for model in POOLS[pool]),
        "--disable-auto-complete-config",
        "--strict-readiness=false",
    )


def listeners(host: str, ports: Ports) -> tuple[str, ...]:
    """Return where it listens and what it measures."""
    return (
        f"--grpc-address={host}",
        f"--grpc-port={ports.grpc}",
        f"--http-address={host}",
        f"--http-port={ports.http}",
        f"--metrics-address={host}",
        f"--metrics-port={ports.metrics}",
        "--metrics-config=summary_latencies=true",
        "--metrics-config=histogram_latencies=true",
        "--allow-gpu-metrics=false",
        "--grpc-keepalive-permit-without-calls=1",
        f"--grpc-http2-min-recv-ping-interval-without-data={PING}",
    )


def ageing(seconds: float) -> tuple[str, ...]:
    """Return how long a connection is used; streams on it may end, however long they are."""
    return (f"--grpc-max-connection-age={round(seconds * 1000)}", f"--grpc-max-connection-age-grace={AGE_GRACE}")


def rights(key: str) -> tuple[str, ...]:
    """Return who may change what is served."""
    return (
        f"--grpc-restricted-protocol={RESTRICTED}:admin-key={key}",
        f"--http-restricted-api={RESTRICTED}:admin-key={key}",
    )


def tracing(pool: str, url: str) -> tuple[str, ...]:
    """Return how requests are traced: those with trace context, all of them, and no others."""
    return (
        "--trace-config=mode=opentelemetry",
        "--trace-config=rate=0",
        "--trace-config=level=TIMESTAMPS",
        "--trace-config=count=-1",
        f"--trace-config=opentelemetry,url={url}",
        f"--trace-config=opentelemetry,bsp_schedule_delay={TRACE_DELAY}",
        f"--trace-config=opentelemetry,resource=service.name=triton-{pool}",
    )


def environment(layout: Layout) -> dict[str, str]:
    """Return the variables: the stub takes its interpreter from the PATH and needs that one's shared library."""
    libraries = [str(layout.packages() / "nvidia_pytriton.libs"), layout.known()["library"]]
    return {
        "PATH": f"{layout.python.parent}:/usr/local/bin:/usr/bin:/bin",
        "LD_LIBRARY_PATH": ":".join(libraries),
        "VIRTUAL_ENV": str(layout.environment),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
        "CUDA_VISIBLE_DEVICES": "",
    }


def forget(shared_memory: str) -> None:
    """Remove the segments of a Triton that was killed; only call it when that process is gone."""
    for segment in Path("/dev/shm").glob(f"{shared_memory}*"):  # noqa: S108 - where the kernel keeps them
        segment.unlink(missing_ok=True)

"""Runs a gRPC server from its first probe to its last drained call; the same for production and tests."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import structlog
from grpc import aio
from grpc_health.v1 import health_pb2_grpc

from chassis.certificates import Certificates, server_credentials
from chassis.identity import Verifier
from chassis.server.callers import Callers
from chassis.server.interceptor import ServingInterceptor
from chassis.server.readiness import Ping, Readiness
from chassis.server.settings import ServerSettings

Mount = Callable[[aio.Server], None]
"""Adds one servicer to a server."""

MAX_METADATA_BYTES: Final = 32 * 1024
"""Room for the token of somebody who is in many groups; gRPC's own limit is 8 KiB."""

_log = structlog.get_logger("chassis.server")


Stop = Callable[[float], Awaitable[None]]
"""Stops something else that takes requests; what is under way gets so many seconds."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where a server listens, and whether it is ready."""

    port: int
    health_port: int
    ready: Callable[[], bool]


@asynccontextmanager
async def running(  # noqa: PLR0913 - what a server may be given
    settings: ServerSettings,
    *mounts: Mount,
    pings: Mapping[str, Ping] = MappingProxyType({}),
    verifier: Verifier | None,
    services: Sequence[str] = (),
    fronts: Sequence[Stop] = (),
    anonymous: Sequence[str] = (),
) -> AsyncIterator[Ports]:
    """Serve the mounted servicers inside; drain on the way out.

    `pings` feed readiness. `verifier` checks the identity token of each call; None leaves the callers unknown.
    `services` are the full names of the mounted services, for reflection; of those, `anonymous` are called on nobody's
    behalf; `fronts` are drained with them. The way out is: probes fail, `settle` passes while routes catch up, no new
    calls, `grace` for the open ones. Health is served in plain, for probes know no TLS.
    """
    server = _server(settings, mounts, verifier, services, anonymous)
    readiness = Readiness(pings, settings)
    probes = aio.server()
    health_pb2_grpc.add_HealthServicer_to_server(readiness.servicer, probes)
    certificates = Certificates(files) if (files := settings.files()) else None
    port = _bound(server, f"{settings.host}:{settings.port}", certificates)
    health_port = _bound(probes, f"{settings.host}:{settings.health_port}", None)
    ports = Ports(port, health_port, readiness.is_ready)
    await server.start()
    await probes.start()
    watching = [asyncio.create_task(readiness.watch(), name="readiness")]
    if certificates is not None:
        watching.append(asyncio.create_task(certificates.watch(settings.certificate_interval), name="certificates"))
    _log.info("listening", host=settings.host, port=ports.port, health_port=ports.health_port)
    try:
        yield ports
    finally:
        await _drain(readiness, settings, server.stop, *fronts)
        await _ended(watching)
        await probes.stop(None)


async def until_stopped() -> None:
    """Return when the process is asked to stop by SIGTERM or SIGINT."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    await stopped.wait()


def _server(
    settings: ServerSettings,
    mounts: Sequence[Mount],
    verifier: Verifier | None,
    services: Sequence[str],
    anonymous: Sequence[str],
) -> aio.Server:
    server = aio.server(
        interceptors=[ServingInterceptor(verifier, Callers(settings.names()), anonymous)],
        options=_options(settings),
        maximum_concurrent_rpcs=settings.max_concurrent,
    )
    for mount in mounts:
        mount(server)
    if settings.reflection:
        from grpc_reflection.v1alpha import reflection

        reflection.enable_server_reflection((*services, reflection.SERVICE_NAME), server)
    return server


def _options(settings: ServerSettings) -> list[tuple[str, int]]:
    return [
        ("grpc.max_receive_message_length", settings.max_message_bytes),
        ("grpc.max_send_message_length", settings.max_message_bytes),
        ("grpc.max_metadata_size", MAX_METADATA_BYTES),
        ("grpc.max_connection_age_ms", _milliseconds(settings.connection_age)),
        ("grpc.max_connection_age_grace_ms", _milliseconds(settings.connection_grace)),
        ("grpc.http2.min_ping_interval_without_data_ms", _milliseconds(settings.min_ping_interval)),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.so_reuseport", 0),
    ]


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def _bound(server: aio.Server, address: str, certificates: Certificates | None) -> int:
    if certificates is None:
        return server.add_insecure_port(address)
    return server.add_secure_port(address, server_credentials(certificates))


async def _drain(readiness: Readiness, settings: ServerSettings, *stops: Stop) -> None:
    _log.info("draining", settle=settings.settle, grace=settings.grace)
    await readiness.stop()
    await asyncio.sleep(settings.settle)
    await asyncio.gather(*(stop(settings.grace) for stop in stops))
    _log.info("drained")


async def _ended(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

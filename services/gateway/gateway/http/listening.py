"""Listens on the two ports of HTTP, and drains them on the way out."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import structlog

from chassis.certificates import Certificates, server_context
from chassis.server import ServerSettings
from gateway.http.callers import Callers
from gateway.http.connections import Listener
from gateway.http.serving import Routes, Serving
from gateway.http.settings import HttpSettings

_log = structlog.get_logger("gateway.http")

_BACKLOG = 1024
_HANDSHAKE = 10.0
"""Seconds that a client may take for it."""


@dataclass(slots=True)
class Front:
    """What listens."""

    port: int = 0
    operations_port: int = 0
    servers: list[tuple[asyncio.Server, Listener]] = field(default_factory=list)

    async def listen(self, listener: Listener, host: str, port: int, context: ssl.SSLContext | None) -> int:
        """Listen there, and return the port."""
        server = await asyncio.get_running_loop().create_server(
            listener, host, port, ssl=context, backlog=_BACKLOG, ssl_handshake_timeout=_HANDSHAKE if context else None
        )
        self.servers.append((server, listener))
        bound: int = server.sockets[0].getsockname()[1]
        return bound

    async def stop(self, grace: float) -> None:
        """Take no more connections and no more requests; give those under way so many seconds."""
        for server, listener in self.servers:
            server.close()
            listener.pre_shutdown()
        await asyncio.gather(*(listener.shutdown(grace) for _, listener in self.servers))


@asynccontextmanager
async def listening(
    server: ServerSettings, settings: HttpSettings, public: Routes, operations: Routes
) -> AsyncIterator[Front]:
    """Serve the public routes, over TLS where there are certificates, and the operations' in plain."""
    files = server.files()
    certificates = Certificates(files) if files else None
    watching = asyncio.create_task(certificates.watch(server.certificate_interval)) if certificates else None
    front, host = Front(), server.host.strip("[]")
    try:
        context = server_context(certificates) if certificates else None
        front.port = await front.listen(
            Listener(Serving(public, settings.write_timeout, Callers(server.names())), settings),
            host,
            settings.port,
            context,
        )
        plain = Listener(Serving(operations, settings.write_timeout, Callers()), settings)
        front.operations_port = await front.listen(plain, host, settings.operations_port, None)
        _log.info("listening", host=host, port=front.port, operations_port=front.operations_port)
        yield front
    finally:
        await front.stop(0)
        if watching is not None:
            watching.cancel()

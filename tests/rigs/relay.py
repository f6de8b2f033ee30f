"""Stands before a server: passes all on, or takes connections and says nothing, as the address of one that moved."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class Relay:
    """Passes on to a port of this machine."""

    behind: int
    port: int = 0
    silent: bool = False
    """Whether connections that come from now on are taken and never answered."""
    open: set[asyncio.StreamWriter] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection to its end."""
        self.open.add(writer)
        try:
            if self.silent:
                await reader.read()
                return
            there = await asyncio.open_connection("127.0.0.1", self.behind)
            self.open.add(there[1])
            await asyncio.gather(_passed(reader, there[1]), _passed(there[0], writer))
        finally:
            writer.close()

    def cut(self) -> None:
        """End every connection at once."""
        for writer in self.open:
            writer.transport.abort()
        self.open.clear()


async def _passed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def relay(behind: int) -> AsyncIterator[Relay]:
    """Pass on to that port until the block ends."""
    between = Relay(behind)
    server = await asyncio.start_server(between.serve, "127.0.0.1", 0)
    between.port = server.sockets[0].getsockname()[1]
    try:
        yield between
    finally:
        server.close()
        between.cut()

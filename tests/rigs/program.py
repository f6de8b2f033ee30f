"""A service as a process of its own, which can be killed and started again at the same place."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

QUICK: Mapping[str, str] = {"FOREBAY_SERVER_SETTLE": "0", "FOREBAY_SERVER_GRACE": "1"}


@dataclass
class Program:
    """One service; `port` is where it serves."""

    service: str
    env: Mapping[str, str]
    log: Path
    port: int
    process: asyncio.subprocess.Process | None = None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Start it, and wait until it listens."""
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", self.service, env={**os.environ, **self.env}, stdout=log, stderr=log
            )
        async with asyncio.timeout(60):
            while not await self._listens():
                assert self.process.returncode is None, f"{self.service} did not start:\n{self.log.read_text()}"
                await asyncio.sleep(0.02)

    async def kill(self) -> None:
        """Kill it, if it runs."""
        if self.process and self.process.returncode is None:
            self.process.send_signal(signal.SIGKILL)
            await self.process.wait()

    async def _listens(self) -> bool:
        try:
            _, wire = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        wire.close()
        return True


def program(
    service: str, folder: Path, env: Mapping[str, str], *, name: str = "", listeners: Sequence[str] = ()
) -> Program:
    """Return a service with ports and a log of its own; `listeners` are the settings of ports besides the usual."""
    ports = {f"FOREBAY_{each}_PORT": free_port() for each in ("SERVER", "SERVER_HEALTH", *listeners)}
    own = {setting: str(port) for setting, port in ports.items()}
    log = folder / f"{name or service}.log"
    return Program(service, {**QUICK, **env, **own}, log, ports["FOREBAY_SERVER_PORT"])


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

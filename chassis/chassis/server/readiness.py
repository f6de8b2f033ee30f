"""Readiness: the pings of what a service cannot work without, asked again and again.

Health has two names: the empty one says that the process is alive, `ready` that its dependencies are usable. A process
whose dependency is down is not ready, and still alive: restarting it would help nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import structlog
from grpc_health.v1 import health, health_pb2

from chassis.server.settings import ServerSettings
from chassis.telemetry import untraced

Ping = Callable[[], Awaitable[None]]
"""Asks a dependency whether it is usable; raises when it is not."""

ALIVE: Final = ""
READY: Final = "ready"
_SERVING = health_pb2.HealthCheckResponse.SERVING
_NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING

_log = structlog.get_logger("chassis.server")


class Readiness:
    """Keeps the health servicer true."""

    def __init__(self, pings: Mapping[str, Ping], settings: ServerSettings) -> None:
        self.servicer = health.aio.HealthServicer()
        self._pings = pings
        self._settings = settings
        self._failed_rounds = 0
        self._ready = self._stopping = False
        self._missing: tuple[str, ...] = ()

    async def watch(self) -> None:
        """Ask until cancelled."""
        await self.servicer.set(ALIVE, _SERVING)
        await self.servicer.set(READY, _NOT_SERVING)
        while True:
            await self._round()
            await asyncio.sleep(self._settings.ping_interval if self._ready else self._settings.ping_interval_unready)

    async def stop(self) -> None:
        """Say NOT_SERVING from now on, whatever a ping says."""
        self._stopping = True
        await self.servicer.enter_graceful_shutdown()

    def is_ready(self) -> bool:
        """Tell what the health servicer tells."""
        return self._ready and not self._stopping

    async def _round(self) -> None:
        with untraced():
            answers = await asyncio.gather(*(self._ask(ping) for ping in self._pings.values()))
        why = {name: answer for name, answer in zip(self._pings, answers, strict=True) if answer}
        self._failed_rounds = self._failed_rounds + 1 if why else 0
        ready = not why or (self._ready and self._failed_rounds < self._settings.ping_patience)
        self._tell(ready=ready, why=why)
        if ready != self._ready:
            self._ready = ready
            await self.servicer.set(READY, _SERVING if ready else _NOT_SERVING)

    async def _ask(self, ping: Ping) -> str:
        """Return what is wrong, or nothing. The failure's kind is enough: its words may be a vendor's."""
        try:
            async with asyncio.timeout(self._settings.ping_timeout):
                await ping()
        except TimeoutError:
            return "no answer in time"
        except Exception as failure:  # noqa: BLE001 - a ping may fail in any way; all of them mean not ready
            return type(failure).__name__
        return ""

    def _tell(self, *, ready: bool, why: Mapping[str, str]) -> None:
        """Log what changed, once."""
        if ready and not self._ready:
            _log.info("ready")
        elif not ready and (self._ready or tuple(why) != self._missing):
            _log.warning("not ready", missing=dict(why))
        self._missing = tuple(why)

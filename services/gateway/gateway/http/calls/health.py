"""`/healthz`, `/readyz` and `/metrics`: for machines, and nobody's leave is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from gateway.http.exchange import Exchange

_TEXT = "text/plain; charset=utf-8"
_EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"
_OK, _UNAVAILABLE = 200, 503


class Health:
    """Tells whether the process is alive, and whether it can serve."""

    def __init__(self) -> None:
        self._ready: Callable[[], bool] = bool

    def ready_when(self, ready: Callable[[], bool]) -> None:
        """Ask this from now on; before, the process is not ready."""
        self._ready = ready

    async def alive(self, exchange: Exchange) -> None:
        """Say that the process is there."""
        await exchange.send(_OK, b"ok\n", _TEXT)

    async def ready(self, exchange: Exchange) -> None:
        """Say whether what the gateway cannot work without is there."""
        ready = self._ready()
        await exchange.send(_OK if ready else _UNAVAILABLE, b"ready\n" if ready else b"not ready\n", _TEXT)


class Metrics:
    """Tells the figures of this process as Prometheus reads them."""

    def __init__(self, exposed: Callable[[], bytes]) -> None:
        self._exposed = exposed

    async def __call__(self, exchange: Exchange) -> None:
        """Serve one scrape; gathering may take longer than the loop should be held up."""
        await exchange.send(_OK, await asyncio.to_thread(self._exposed), _EXPOSITION)

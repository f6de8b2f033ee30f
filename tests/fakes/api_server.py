"""As much of Kubernetes' API server as Route resources need: list, watch, patch of the status."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

PATH = "/apis/forebay.dev/v1alpha1/namespaces/{namespace}/routes"


class FakeApiServer:
    def __init__(self) -> None:
        self.held: dict[str, dict[str, Any]] = {}
        self.refuses = 0
        """A status that every request is answered with; 0 is none."""
        self.patched: list[tuple[str, str, dict[str, Any]]] = []
        self._version = 1
        self._events: list[dict[str, Any]] = []
        self._changed = asyncio.Condition()

    async def apply(self, name: str, **spec: Any) -> None:
        known = name in self.held
        metadata = {"name": name, "generation": 1, "creationTimestamp": "2026-01-01T00:00:00Z"}
        await self._say("MODIFIED" if known else "ADDED", name, {"metadata": metadata, "spec": spec})

    async def delete(self, name: str) -> None:
        await self._say("DELETED", name, self.held[name])
        del self.held[name]

    async def expire(self) -> None:
        await self._say("ERROR", "", {"kind": "Status", "code": 410, "reason": "Expired", "message": "too old"})

    async def _say(self, kind: str, name: str, made: dict[str, Any]) -> None:
        self._version += 1
        if name:
            self.held[name] = made
        self._events.append({"type": kind, "object": made})
        async with self._changed:
            self._changed.notify_all()

    async def _listed(self, request: web.Request) -> web.StreamResponse:
        if self.refuses:
            return web.json_response({"message": "no"}, status=self.refuses)
        if request.query.get("watch", "").lower() == "true":
            return await self._watched(request)
        return web.json_response(
            {"metadata": {"resourceVersion": str(len(self._events))}, "items": list(self.held.values())}
        )

    async def _watched(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        at = int(request.query["resourceVersion"])
        while True:
            for event in self._events[at:]:
                await response.write(json.dumps(event).encode() + b"\n")
            at = len(self._events)
            async with self._changed:
                await self._changed.wait_for(lambda seen=at: len(self._events) > seen)

    async def _patched(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in self.held:
            return web.json_response({"message": "gone"}, status=404)
        self.patched.append((name, request.content_type, await request.json()))
        return web.json_response(self.held[name])

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        app = web.Application()
        app.router.add_get(PATH, self._listed)
        app.router.add_patch(PATH + "/{name}/status", self._patched)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()

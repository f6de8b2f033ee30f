"""A cluster with Route resources that a test changes as kubectl would."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from chassis.errors import Unavailable
from control.mirroring.words import Found
from control.ports import Work


class FakeCluster:
    def __init__(self) -> None:
        self.held: dict[str, Found] = {}
        self.away = False
        self.told: list[str] = []
        self._changed = asyncio.Event()

    def apply(self, name: str, created: str = "2026-01-01T00:00:00Z", **spec: Any) -> None:
        before = self.held.get(name)
        generation = 1 if before is None else before.generation + (before.spec != spec)
        status = {} if before is None else before.status
        self.held[name] = Found(name=name, generation=generation, created=created, spec=spec, status=status)
        self._wake()

    def delete(self, name: str) -> None:
        del self.held[name]
        self._wake()

    async def routes(self) -> AsyncGenerator[Sequence[Found], None]:
        while True:
            if self.away:
                raise Unavailable("away")
            changed = self._changed
            yield tuple(self.held.values())
            await changed.wait()

    async def tell(self, name: str, status: Mapping[str, Any]) -> None:
        if name in self.held:
            self.told.append(name)
            self.held[name] = replace(self.held[name], status={**self.held[name].status, **status})
            self._wake()

    def condition(self, name: str) -> Mapping[str, Any]:
        return (self.held[name].status.get("conditions") or [{}])[0]

    def _wake(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()


class OnlyOne:
    """The lead of a control that has no other replica."""

    async def led(self, work: Work) -> None:
        await work()

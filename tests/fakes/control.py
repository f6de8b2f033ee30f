"""Control as services watch it: says what a test lets it say, and can be away."""

from __future__ import annotations

import asyncio

from chassis.errors import Unavailable
from chassis.snapshot import Snapshot
from chassis.snapshot.following import Sent


def document(version: int, **parts) -> bytes:
    return Snapshot(version=version, **parts).model_dump_json().encode()


class FakeSource:
    """A source of snapshots."""

    def __init__(self, *sent: Sent) -> None:
        self.sent = list(sent)
        self.away = False
        self.asked = []
        self._changed = asyncio.Event()

    def say(self, version: int, body: bytes | None = None) -> None:
        self.sent.append(Sent(version, document(version) if body is None else body))
        self._changed.set()

    def leave(self) -> None:
        self.away = True
        self._changed.set()

    async def watch(self, version: int):
        self.asked.append(version)
        while True:
            self._changed.clear()
            if self.away:
                raise Unavailable("control is away")
            while self.sent:
                yield self.sent.pop(0)
            await self._changed.wait()

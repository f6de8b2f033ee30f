"""The newest snapshot in memory, and everybody who waits for the next."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from control.ports import Held


class Newest:
    """Holds one snapshot, whoever many wait. It lives on one event loop."""

    def __init__(self) -> None:
        self._held: Held | None = None
        self._ended = False
        self._changed = asyncio.Event()

    @property
    def version(self) -> int:
        """The version that is held; 0 before the first."""
        return 0 if self._held is None else self._held.version

    def publish(self, held: Held) -> None:
        """Hold this one, unless a newer one is held."""
        if self._held is None or held.version > self._held.version:
            self._held = held
            self._wake()

    def end(self) -> None:
        """Let all who wait go, so that they ask elsewhere."""
        self._ended = True
        self._wake()

    async def since(self, version: int) -> AsyncGenerator[Held, None]:
        """Yield at once what is held, without its document when the version is the same; then each that is newer.

        Who is slow to ask for the next gets the newest, not all in between: nothing is queued.
        """
        told = False
        while not self._ended:
            held, changed = self._held, self._changed
            if held is not None and held.version > version:
                version, told = held.version, True
                yield held
            elif held is not None and not told:
                told = True
                yield Held(held.version, b"")
            else:
                await changed.wait()

    def _wake(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

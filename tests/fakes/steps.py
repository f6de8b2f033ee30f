"""Where a process can die: before and after each call to a store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Died(Exception):
    """The process is dead: whatever it still tries does not happen."""


class Steps:
    """Counts the places where a process can die, and lets it die at one of them."""

    def __init__(self, die_at: int | None = None) -> None:
        self.seen: list[str] = []
        self.die_at = die_at
        self.dead = False

    @asynccontextmanager
    async def call(self, name: str) -> AsyncIterator[None]:
        self._place(f"before {name}")
        yield
        self._place(f"after {name}")

    def _place(self, name: str) -> None:
        if len(self.seen) == self.die_at:
            self.dead = True
        if self.dead:
            raise Died(name)
        self.seen.append(name)

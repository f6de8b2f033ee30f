"""What control needs of the outside."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from typing import Any, NamedTuple, Protocol

from control.resources.words import Book, Ref, Revision, Step


class Held(NamedTuple):
    """A snapshot."""

    version: int
    document: bytes
    """As JSON; empty when there is none yet."""


class Store(Protocol):
    """Keeps resources, what was done to them, and the snapshot that they make."""

    async def book(self) -> Book:
        """Return all resources at the newest version."""
        ...

    async def commit(self, step: Step) -> bool:
        """Make the step, all of it or nothing, and ring the bell; return False when its base is not the newest."""
        ...

    async def newest(self) -> Held:
        """Return the newest snapshot."""
        ...

    async def revisions(self, ref: Ref, before: int, limit: int) -> Sequence[Revision]:
        """Return what was done to resources of that kind and name, where empty is any, the newest first."""
        ...


class Bell(Protocol):
    """Rings when a step was made, by whichever process."""

    def rings(self) -> AsyncGenerator[None, None]:
        """Yield when listening has begun, after each step, and now and then; raise `ServiceError` when it cannot."""
        ...


Work = Callable[[], Coroutine[Any, Any, None]]


class Lead(Protocol):
    """What one of the replicas has at a time."""

    async def led(self, work: Work) -> None:
        """Wait until no other replica leads, then do the work; raise `ServiceError` when the lead is lost."""
        ...

"""What a source has, and the port through which it is asked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Protocol, Self

MARK: Final = "forebay.source"
"""The key of a document's metadata that names the source it was written from."""

VERSION: Final = "forebay.version"
"""The key that holds the source's own word for this content, where it has one that can be trusted."""


@dataclass(frozen=True, slots=True)
class Item:
    """One file or object."""

    name: str
    """Its path below the source's root, parts divided by `/`."""

    size: int
    """In bytes."""

    uri: str
    """Where people find it."""

    version: str = ""
    """Changes with the content, such as a blob id or an ETag; empty where only reading tells."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """What stands in the source and cannot be mirrored. What the corpus has of it, and of all below it, stays."""

    name: str
    why: str
    folder: bool = False


class Source(Protocol):
    """Something to keep in step with."""

    @property
    def mark(self) -> str:
        """Its name, the same in every run; it holds no password."""
        ...

    def items(self) -> AsyncIterator[Item | Skipped]:
        """Go through what it has now, in any order; raise a `ServiceError` when that cannot be told."""
        ...

    async def read(self, item: Item) -> bytes:
        """Return the content; raise `objects.Unreadable` when there is none to be had."""
        ...

    async def __aenter__(self) -> Self:
        """Open what it needs."""
        ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        ...

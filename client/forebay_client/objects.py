"""Files and objects by their address. The only file of the client that knows obstore."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, from_url

from chassis.errors import InvalidArgument
from forebay_client.documents import MOST_BYTES

T = TypeVar("T")

SECONDS: Final = 60.0
"""For one object, one piece of it, or one page of a list."""

PIECE: Final = 2**20
"""Bytes that are read at a time from an object that may be of any size."""


class Unreadable(Exception):
    """Something that cannot be read now; its message says why."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An object in a list."""

    path: str
    size: int
    etag: str


class Objects:
    """All objects below an address such as `s3://handbook/pages`; credentials come from the provider's environment."""

    def __init__(self, url: str) -> None:
        try:
            self._store: Any = LocalStore.from_url(url) if url.startswith("file:") else from_url(url)
        except (BaseError, OSError, ValueError) as error:
            raise InvalidArgument(f"{url} is no address of a bucket or a folder that can be opened") from error

    async def pages(self) -> AsyncIterator[Sequence[Listed]]:
        """List everything, page by page."""
        pages = aiter(obstore.list(self._store))
        while (page := await _told(anext(pages, None))) is not None:
            yield [Listed(one["path"], one["size"], one["e_tag"] or "") for one in page]

    async def read(self, path: str, most: int = MOST_BYTES) -> bytes:
        """Read an object whole, unless it has more bytes than `most`."""
        found: Any = await _told(obstore.get_async(self._store, path))
        if found.meta["size"] > most:
            raise Unreadable(f"is larger than {most // 2**20} MiB")
        return bytes(await _told(found.bytes_async()))

    async def part(self, path: str, start: int, end: int) -> bytes:
        """Read the bytes from `start` up to `end`; fewer when there are no more."""
        return bytes(await _told(obstore.get_range_async(self._store, path, start=start, end=end)))

    async def pieces(self, path: str) -> AsyncIterator[bytes]:
        """Read an object of any size, piece by piece."""
        found: Any = await _told(obstore.get_async(self._store, path))
        pieces = aiter(found.stream(min_chunk_size=PIECE))
        while (piece := await _told(anext(pieces, None))) is not None:
            yield bytes(piece)


async def _told(work: Awaitable[T]) -> T:
    """Await it in time; a failure is told by its name, for a provider's text may quote what signs a request."""
    try:
        async with asyncio.timeout(SECONDS):
            return await work
    except (BaseError, OSError, TimeoutError) as error:
        raise Unreadable(f"cannot be read: {type(error).__name__}") from error

"""A bucket as a source. The only file of the client that knows obstore."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Any, Final, Self

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, from_url

from chassis.errors import FailedPrecondition, InvalidArgument
from forebay_client.mirroring.words import Item, Skipped, Unreadable

SCHEMES: Final = ("s3", "gs", "az", "file")

SECONDS: Final = 60.0
"""For one object, or one page of the list."""


class Bucket:
    """All objects below an address such as `s3://handbook/pages`; credentials come from the provider's environment."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._local = url.startswith("file:")
        try:
            self._store: Any = LocalStore.from_url(url) if self._local else from_url(url)
        except (BaseError, OSError, ValueError) as error:
            raise InvalidArgument(f"{url} is no address of a bucket that can be opened") from error

    @property
    def mark(self) -> str:
        """The address."""
        return self._url

    async def items(self) -> AsyncIterator[Item | Skipped]:
        """List page by page. An ETag is the object's version; of local files only reading tells."""
        pages = aiter(obstore.list(self._store))
        while (page := await self._page(pages)) is not None:
            for one in page:
                version = "" if self._local else (one["e_tag"] or "")
                yield Item(one["path"], one["size"], f"{self._url}/{one['path']}", version)

    async def read(self, item: Item) -> bytes:
        """Read one object."""
        try:
            async with asyncio.timeout(SECONDS):
                found = await obstore.get_async(self._store, item.name)
                return bytes(await found.bytes_async())
        except (BaseError, OSError, TimeoutError) as error:
            raise Unreadable(f"cannot be read: {_kind(error)}") from error

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return

    async def _page(self, pages: Any) -> Any:
        try:
            async with asyncio.timeout(SECONDS):
                return await anext(pages, None)
        except (BaseError, OSError, TimeoutError) as error:
            raise FailedPrecondition(f"{self._url} cannot be listed: {_kind(error)}") from error


def _kind(error: Exception) -> str:
    """Return a failure's name: a provider's own text may quote a request with what signs it."""
    return type(error).__name__

"""A bucket as a source."""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import TracebackType
from typing import Final, Self

from chassis.errors import FailedPrecondition
from forebay_client.mirroring.words import Item, Skipped
from forebay_client.objects import Objects, Unreadable

SCHEMES: Final = ("s3", "gs", "az", "file")


class Bucket:
    """All objects below an address such as `s3://handbook/pages`."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._objects = Objects(url)

    @property
    def mark(self) -> str:
        """The address."""
        return self._url

    async def items(self) -> AsyncIterator[Item | Skipped]:
        """List page by page. An ETag is the object's version; of local files only reading tells."""
        local = self._url.startswith("file:")
        try:
            async for page in self._objects.pages():
                for one in page:
                    yield Item(one.path, one.size, f"{self._url}/{one.path}", "" if local else one.etag)
        except Unreadable as failure:
            raise FailedPrecondition(f"{self._url} {failure}") from failure

    async def read(self, item: Item) -> bytes:
        """Read one object."""
        return await self._objects.read(item.name)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return

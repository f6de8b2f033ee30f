"""The object store: originals by their content. The only file that knows obstore."""

from __future__ import annotations

import asyncio
from typing import Any

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, from_url

from chassis import names
from chassis.errors import Unavailable
from chassis.telemetry import client_span
from ingestion.indexing.words import LostOriginal

__all__ = ["ObjectOriginals"]

SECONDS = 30.0
"""For one call; the largest original is 8 MiB."""


class ObjectOriginals:
    """Keeps originals under `originals/<tenant>/<first two digits>/<sha256>`."""

    def __init__(self, url: str) -> None:
        self._store: Any = LocalStore.from_url(url, mkdir=True) if url.startswith("file:") else from_url(url)

    async def keep(self, tenant: str, digest: str, content: bytes) -> None:
        """Keep the content. The same content goes to the same place, so doing it again changes nothing."""
        await self._call("put", obstore.put_async(self._store, path_of(tenant, digest), content))

    async def read(self, tenant: str, digest: str) -> bytes:
        """Return the content; raise `LostOriginal` when it is not there."""
        try:
            found = await self._call("get", obstore.get_async(self._store, path_of(tenant, digest)))
            return bytes(await self._call("read", found.bytes_async()))
        except FileNotFoundError:
            raise LostOriginal("the original of the document is not in the store") from None

    async def ping(self) -> None:
        """Raise `Unavailable` when it cannot be listed."""
        await self._call("list", obstore.list_with_delimiter_async(self._store, "originals"))

    async def _call(self, operation: str, work: Any) -> Any:
        with client_span(f"objects {operation}", "objects", {names.DB_OPERATION: operation}):
            try:
                async with asyncio.timeout(SECONDS):
                    return await work
            except FileNotFoundError:
                raise
            except (BaseError, OSError, TimeoutError) as failure:
                raise Unavailable("the store of originals is away", retry_after=1.0) from failure


def path_of(tenant: str, digest: str) -> str:
    """Return where an original lies."""
    return f"originals/{tenant}/{digest[:2]}/{digest}"

"""The object store: originals by their content. The only file that knows obstore."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any, Final

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import LocalStore, from_url

from chassis import names
from chassis.errors import FailedPrecondition, Unavailable
from chassis.telemetry import client_span
from ingestion.indexing.words import LostOriginal
from ingestion.keeping.ports import KeptOriginal

__all__ = ["ObjectOriginals"]

SECONDS: Final = 30.0
"""For one call; the largest original is 8 MiB."""

PORTION: Final = 1000
"""Originals that are listed at a time."""

MARK: Final = "originals/.mark"
"""Where is written at the start, to see whether it can be."""

_PARTS: Final = 4
"""Of a path: `originals`, tenant, two digits, digest."""


class ObjectOriginals:
    """Keeps originals under `originals/<tenant>/<first two digits>/<sha256>`.

    For S3, region, endpoint and credentials come from the environment; `docs/originals.md` lists the names.
    """

    def __init__(self, url: str, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._store: Any = _store(url, seconds)

    async def keep(self, tenant: str, digest: str, content: bytes) -> None:
        """Keep the content. The same content goes to the same place, and counts as kept just now."""
        await self._call("put", obstore.put_async(self._store, path_of(tenant, digest), content))

    async def read(self, tenant: str, digest: str) -> bytes:
        """Return the content; raise `LostOriginal` when it is not there."""
        try:
            found = await self._call("get", obstore.get_async(self._store, path_of(tenant, digest)))
            return bytes(await self._call("read", found.bytes_async()))
        except FileNotFoundError:
            raise LostOriginal("the original of the document is not in the store") from None

    async def has(self, tenant: str, digest: str) -> bool:
        """Tell whether the content is there."""
        try:
            await self._call("head", obstore.head_async(self._store, path_of(tenant, digest)))
        except FileNotFoundError:
            return False
        return True

    async def remove(self, tenant: str, digest: str) -> None:
        """Remove the content, if it is there."""
        try:
            await self._call("delete", obstore.delete_async(self._store, path_of(tenant, digest)))
        except FileNotFoundError:
            return

    async def listed(self, tenant: str = "") -> AsyncIterator[Sequence[KeptOriginal]]:
        """Yield what is kept of the tenant, or of all, in portions."""
        listing = obstore.list(self._store, f"originals/{tenant}" if tenant else "originals", chunk_size=PORTION)
        while portion := await self._call("list", anext(listing, None)):
            yield [kept for each in portion if (kept := _kept(each)) is not None]

    async def ping(self) -> None:
        """Raise `Unavailable` when it cannot be listed."""
        await self._call("list", obstore.list_with_delimiter_async(self._store, "originals"))

    async def check(self) -> None:
        """Raise `FailedPrecondition` when it will never take anything; one that is away may come back."""
        try:
            async with asyncio.timeout(self._seconds):
                await obstore.put_async(self._store, MARK, b"written to see whether writing is possible")
        except (PermissionDeniedError, UnauthenticatedError):
            raise FailedPrecondition("the store of originals refuses our credentials, or that we write") from None
        except FileNotFoundError:
            raise FailedPrecondition("the bucket for originals does not exist; check FOREBAY_OBJECTS_URL") from None
        except (BaseError, OSError, TimeoutError):
            return

    async def _call(self, operation: str, work: Any) -> Any:
        with client_span(f"objects {operation}", "objects", {names.DB_OPERATION: operation}):
            try:
                async with asyncio.timeout(self._seconds):
                    return await work
            except FileNotFoundError:
                raise
            except (BaseError, OSError, TimeoutError) as failure:
                raise Unavailable("the store of originals is away", retry_after=1.0) from failure


def path_of(tenant: str, digest: str) -> str:
    """Return where an original lies."""
    return f"originals/{tenant}/{digest[:2]}/{digest}"


def _store(url: str, seconds: float) -> Any:
    if url.startswith("file:"):
        return LocalStore.from_url(url, mkdir=True)
    # A call is tried again by obstore, but only within our time for it.
    again: Any = {"max_retries": 3, "retry_timeout": timedelta(seconds=seconds)}
    return from_url(url, retry_config=again)


def _kept(found: Any) -> KeptOriginal | None:
    parts = found["path"].split("/")
    if len(parts) != _PARTS:
        return None  # not ours: a file that is being written, or somebody else's
    return KeptOriginal(tenant=parts[1], digest=parts[3], modified=found["last_modified"])

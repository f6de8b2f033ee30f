"""The object store, read: the only file that knows obstore."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, from_url

from chassis import names
from chassis.errors import Unavailable
from chassis.telemetry import client_span
from retrieval.originals.reading import LostOriginal

__all__ = ["Objects"]


class Objects:
    """Reads `originals/<tenant>/<first two digits>/<sha256>`, which ingestion writes; opens when it is first needed."""

    def __init__(self, url: str, seconds: float) -> None:
        self._url = url
        self._seconds = seconds
        self._opened: Any = None

    async def pieces(self, tenant: str, digest: str, size: int) -> AsyncIterator[bytes]:
        """Yield the content in pieces; each may take as long as a call may."""
        path = f"originals/{tenant}/{digest[:2]}/{digest}"
        with client_span("objects get", "objects", {names.DB_OPERATION: "get"}):
            try:
                async with asyncio.timeout(self._seconds):
                    found = await obstore.get_async(self._store(), path)
                stream = found.stream(min_chunk_size=size)
                while piece := await asyncio.wait_for(anext(stream, b""), self._seconds):
                    content = bytes(piece)
                    for at in range(0, len(content), size):
                        yield content[at : at + size]
            except FileNotFoundError:
                raise LostOriginal("the original of the document is not there any more; ask again") from None
            except (BaseError, OSError, TimeoutError) as failure:
                raise Unavailable("the store of originals is away", retry_after=1.0) from failure

    def _store(self) -> Any:
        if self._opened is None:
            if self._url.startswith("file:"):
                self._opened = LocalStore.from_url(self._url)
            else:
                again: Any = {"max_retries": 3, "retry_timeout": timedelta(seconds=self._seconds)}
                self._opened = from_url(self._url, retry_config=again)
        return self._opened

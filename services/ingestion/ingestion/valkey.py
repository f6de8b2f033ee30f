"""Valkey: the shelf of corpus versions. The only file that knows its client."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from valkey.asyncio import Valkey
from valkey.exceptions import ValkeyError

from chassis import names
from chassis.errors import Unavailable
from chassis.telemetry import client_span
from ingestion.corpora.words import Corpus

__all__ = ["ValkeyShelf", "shelf"]

SECONDS = 2.0
"""For one call: it is a look into memory, and a commit waits for it."""


class ValkeyShelf:
    """Shows each corpus's version under `forebay:corpus-version:<tenant>:<name>`."""

    def __init__(self, client: Valkey) -> None:
        self._client = client

    async def put(self, corpus: Corpus, version: int) -> None:
        """Show the version."""
        async with _call("set"):
            await self._client.set(_key(corpus), version)

    async def drop(self, corpora: Sequence[Corpus]) -> None:
        """Show none for these corpora."""
        async with _call("del"):
            await self._client.delete(*(_key(corpus) for corpus in corpora))

    async def ping(self) -> None:
        """Raise `Unavailable` when it does not answer."""
        async with _call("ping"):
            await self._client.ping()


@asynccontextmanager
async def shelf(url: str) -> AsyncIterator[ValkeyShelf]:
    """Open it for as long as the block lasts; it connects when it is first needed."""
    client = Valkey.from_url(url, socket_timeout=SECONDS, socket_connect_timeout=SECONDS)
    try:
        yield ValkeyShelf(client)
    finally:
        await client.aclose()


@asynccontextmanager
async def _call(operation: str) -> AsyncIterator[None]:
    with client_span(f"valkey {operation}", "valkey", {names.DB_SYSTEM: "valkey", names.DB_OPERATION: operation}):
        try:
            yield
        except (ValkeyError, OSError, TimeoutError) as failure:
            raise Unavailable("the shelf of versions is away", retry_after=1.0) from failure


def _key(corpus: Corpus) -> str:
    return f"forebay:corpus-version:{corpus.tenant}:{corpus.name}"

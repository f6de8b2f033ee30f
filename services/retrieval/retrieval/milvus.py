"""Milvus, read: the only file that knows pymilvus.

A client belongs to the loop it was made in. Its own retries are off: with its defaults a dead server costs minutes.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

import grpc
from pymilvus import AsyncMilvusClient, MilvusException

from chassis import names
from chassis.deadline import remaining
from chassis.errors import DeadlineExceeded, Unavailable
from chassis.stores.milvus import MilvusConnection
from chassis.telemetry import client_span
from retrieval.records import Corpus, Place, Reader, Scored
from retrieval.search.filters import readable
from retrieval.settings import RetrievalSettings

_NO_COLLECTION: Final = 100
_NOT_LOADED: Final = 101
_RETRY_AFTER: Final = 1.0
_CHANNEL: Final = {
    "grpc.keepalive_time_ms": 30_000,
    "grpc.keepalive_timeout_ms": 10_000,
    "grpc.keepalive_permit_without_calls": 0,  # Milvus Lite hangs up on a client that pings while nothing is asked
    "grpc.max_reconnect_backoff_ms": 2_000,
}


class Milvus:
    """Searches the collections that ingestion writes."""

    def __init__(self, client: AsyncMilvusClient, settings: RetrievalSettings, replicas: int) -> None:
        self._client = client
        self._replicas = replicas
        self._settings = settings

    async def dense(self, reader: Reader, corpus: Corpus, vector: Sequence[float], limit: int) -> list[Scored]:
        """Return the nearest places by cosine, which is the inner product of vectors of length 1."""
        params = {"metric_type": "IP", "params": {"ef": max(64, limit)}}
        asking = {"anns_field": "dense", "data": [list(vector)], "search_params": params, "limit": limit}
        return await self._search(reader, corpus, asking)

    async def lexical(self, reader: Reader, corpus: Corpus, query: Mapping[int, float], limit: int) -> list[Scored]:
        """Return the best places by the inner product of sparse vectors."""
        params = {"metric_type": "IP"}
        asking = {"anns_field": "lexical", "data": [dict(query)], "search_params": params, "limit": limit}
        return await self._search(reader, corpus, asking)

    async def ping(self) -> None:
        """Raise `Unavailable` when Milvus does not answer."""
        await self._asked("list_collections", "", {})

    async def _search(self, reader: Reader, corpus: Corpus, asking: Mapping[str, Any]) -> list[Scored]:
        who = {
            "filter": readable(reader, corpus),
            "consistency_level": self._settings.milvus_consistency,
            "output_fields": ["id"],  # without it Milvus Lite reads and sends every vector that it found
        }
        attributes = {names.DB_SYSTEM: "milvus", names.DB_COLLECTION: corpus.collection}
        with client_span(f"search {asking['anns_field']}", "milvus", attributes) as span:
            hits = await self._loaded(corpus.collection, {**asking, **who})
            span.set_attribute(names.DB_ROWS, len(hits))
        return [Scored(_place(hit["id"]), hit["distance"]) for hit in hits]

    async def _loaded(self, collection: str, asking: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        """Search; a server that was restarted has to be told to load the collection again."""
        try:
            answer = await self._asked("search", collection, asking, (_NO_COLLECTION, _NOT_LOADED))
        except MilvusException as failure:
            if failure.code == _NO_COLLECTION:
                return []
            await self._asked("load_collection", collection, {"replica_number": self._replicas})
            answer = await self._asked("search", collection, asking)
        return answer[0] if answer else []

    async def _asked(self, call: str, collection: str, asking: Mapping[str, Any], passing: tuple[int, ...] = ()) -> Any:
        """Make one call; the failures with these codes are the caller's to judge."""
        left = remaining()
        seconds = self._settings.milvus_timeout if left is None else min(left, self._settings.milvus_timeout)
        named = {"collection_name": collection} if collection else {}
        try:
            async with asyncio.timeout(seconds):
                return await getattr(self._client, call)(**named, **asking, retry_times=1)
        except TimeoutError:
            if remaining() == 0:
                raise DeadlineExceeded("the time given was not enough to search") from None
            raise Unavailable("the vector store does not answer in time", retry_after=_RETRY_AFTER) from None
        except grpc.RpcError:
            raise Unavailable("the vector store is away", retry_after=_RETRY_AFTER) from None
        except MilvusException as failure:
            if failure.code in passing:
                raise
            raise Unavailable("the vector store cannot search now", retry_after=_RETRY_AFTER) from failure


@asynccontextmanager
async def milvus(connection: MilvusConnection, settings: RetrievalSettings) -> AsyncIterator[Milvus]:
    """Open a client in the running loop; Milvus may come later."""
    logging.getLogger("pymilvus").setLevel(logging.CRITICAL)  # it logs a traceback for all that it raises
    client = AsyncMilvusClient(
        **connection.arguments(),
        timeout=settings.milvus_timeout,
        grpc_options=_CHANNEL,
        dedicated=True,
    )
    try:
        yield Milvus(client, settings, connection.replicas)
    finally:
        await client.close()


def _place(key: str) -> Place:
    document, generation, ordinal = key.split("-")
    return Place(document, int(generation), int(ordinal))

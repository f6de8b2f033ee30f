"""Writes what is searched.

The blocking client runs in threads: the asyncio one cannot create a collection on Milvus Lite, and turning rows into
messages takes long enough to stall the loop. Writes to a collection take turns, because Milvus Lite loses rows that
are written at the same time. Every call has a timeout, without which the client would try again for minutes.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from typing import Concatenate, ParamSpec, Self, TypeVar
from uuid import UUID

import grpc
from pymilvus import MilvusClient, MilvusException

from chassis import names
from chassis.errors import Internal, Unavailable
from chassis.stores.milvus import MilvusConnection
from chassis.telemetry import client_span
from ingestion.committing.words import Draft, Surplus
from ingestion.erasing.words import Place
from ingestion.milvus.erasing import count, documents_of, erase
from ingestion.milvus.rows import ROWS, insert
from ingestion.milvus.schema import indexes, schema
from ingestion.settings import MilvusSettings

__all__ = ["MilvusIndex"]

P = ParamSpec("P")
T = TypeVar("T")

CHANNEL = {"grpc.keepalive_time_ms": 30_000, "grpc.keepalive_permit_without_calls": 0}
"""The client would ping an idle server every 10 seconds, and be shut out for it."""

INPUT_ERRORS = frozenset({6, 1100, 1101})
"""Codes of Milvus for rows that it will never take."""


class MilvusIndex:
    """Writes chunks, and keeps the collections that hold them. It connects when it is first needed."""

    def __init__(self, connection: MilvusConnection, settings: MilvusSettings) -> None:
        self._connection = connection
        self._settings = settings
        self._client: MilvusClient | None = None
        self._connecting = asyncio.Lock()
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._ready: set[str] = set()
        # It writes each failure with a trace of its own; ours are mapped and counted.
        logging.getLogger("pymilvus").setLevel(logging.CRITICAL + 1)

    async def prepare(self, collection: str, dimension: int) -> None:
        """Make the collection with its indexes unless it is there, and load it."""
        async with self._turns[collection]:
            if collection not in self._ready:
                await self._call("prepare", collection, _prepare, collection, dimension, self._settings)
                await self._call("load", collection, _load, collection, self._connection.replicas)
                self._ready.add(collection)

    async def write(self, collection: str, drafts: Sequence[Draft]) -> None:
        """Add the drafts' chunks."""
        async with self._turns[collection]:
            await self._call("insert", collection, insert, collection, drafts)

    async def flush(self, collection: str) -> None:
        """Return when all that was written is durable."""
        async with self._turns[collection]:
            await self._call("flush", collection, _flush, collection)

    async def remove(self, collection: str, surplus: Sequence[Surplus]) -> None:
        """Remove these generations' chunks by their keys."""
        async with self._turns[collection]:
            await self._call("delete", collection, _delete, collection, surplus)

    async def documents(self, place: Place, source_id: str) -> Collection[UUID]:
        """Return the documents that have rows under that id of the caller's, where rows say it."""
        return await self._call("find", place.collection, documents_of, place, source_id)

    async def erase(self, collection: str, documents: Collection[UUID]) -> None:
        """Remove all rows of these documents, and return when that is durable."""
        async with self._turns[collection]:
            await self._call("erase", collection, erase, collection, documents)

    async def count(self, collection: str, documents: Collection[UUID]) -> int:
        """Return how many rows of these documents there are now."""
        return await self._call("count", collection, count, collection, documents)

    async def drop(self, collection: str) -> None:
        """Drop the collection, if it is there."""
        async with self._turns[collection]:
            self._ready.discard(collection)
            await self._call("drop", collection, _drop, collection)

    async def ping(self) -> None:
        """Raise `Unavailable` when it does not answer."""
        await self._call("ping", "", _ping)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *failure: object) -> None:
        if self._client is not None:
            await asyncio.to_thread(self._client.close)

    async def _call(
        self,
        operation: str,
        collection: str,
        work: Callable[Concatenate[MilvusClient, float, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        attributes = {names.DB_SYSTEM: "milvus", names.DB_OPERATION: operation, names.DB_COLLECTION: collection}
        with client_span(f"milvus {operation}", "milvus", attributes):
            try:
                client = await self._connected()
                return await asyncio.to_thread(work, client, self._settings.timeout, *args, **kwargs)
            except MilvusException as failure:
                if failure.code in INPUT_ERRORS or failure.is_input_error:
                    raise Internal("the index did not take a chunk") from failure
                raise Unavailable("the index is away", retry_after=1.0) from failure
            except grpc.RpcError as failure:  # what hangs is given up by gRPC, and its client lets that through
                raise Unavailable("the index does not answer in time", retry_after=1.0) from failure

    async def _connected(self) -> MilvusClient:
        async with self._connecting:
            if self._client is None:
                self._client = await asyncio.to_thread(
                    MilvusClient,
                    **self._connection.arguments(),
                    timeout=self._settings.timeout,
                    dedicated=True,
                    grpc_options=CHANNEL,
                )
            return self._client


def _prepare(client: MilvusClient, seconds: float, collection: str, dimension: int, settings: MilvusSettings) -> None:
    """Make what is missing. Indexes are made apart: made with them, a collection is loaded at once, as one replica."""
    if not client.has_collection(collection, timeout=seconds):
        spread = {"num_partitions": settings.partitions} if settings.partitions else {}
        client.create_collection(collection, schema=schema(dimension), timeout=seconds, **spread)
    missing = MilvusClient.prepare_index_params()
    for field, index in indexes(settings.dense_index).items():
        if not client.list_indexes(collection, field_name=field, timeout=seconds):
            missing.add_index(field, **index)
    if missing:
        client.create_index(collection, missing, timeout=seconds)


def _load(client: MilvusClient, seconds: float, collection: str, replicas: int) -> None:
    client.load_collection(collection, replica_number=replicas, timeout=seconds)


def _flush(client: MilvusClient, seconds: float, collection: str) -> None:
    client.flush(collection, timeout=seconds)


def _delete(client: MilvusClient, seconds: float, collection: str, surplus: Sequence[Surplus]) -> None:
    keys = [f"{old.document.hex}-{old.generation}-{ordinal}" for old in surplus for ordinal in range(old.chunks)]
    for at in range(0, len(keys), ROWS):
        client.delete(collection, ids=keys[at : at + ROWS], timeout=seconds)


def _drop(client: MilvusClient, seconds: float, collection: str) -> None:
    client.drop_collection(collection, timeout=seconds)


def _ping(client: MilvusClient, seconds: float) -> None:
    client.list_collections(timeout=min(seconds, 2.0))

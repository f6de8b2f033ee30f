"""The stores that the wheels carry start on this machine and answer their own clients."""

from __future__ import annotations

import psycopg
import valkey.asyncio
from rigs.milvus import milvus
from rigs.postgres import postgres
from rigs.valkey import valkey as valkey_rig


async def test_postgres_starts_whoever_runs_it():
    async with postgres() as dsn, await psycopg.AsyncConnection.connect(dsn) as connection:
        rows = await (await connection.execute("SELECT current_setting('server_encoding')")).fetchall()
    assert rows == [("UTF8",)]


async def test_valkey_keeps_a_value():
    async with valkey_rig() as url, valkey.asyncio.from_url(url) as client:
        await client.set("a", "1")
        assert await client.get("a") == b"1"


async def test_milvus_lists_its_collections():
    from pymilvus import AsyncMilvusClient

    async with milvus() as uri:
        client = AsyncMilvusClient(uri=uri)
        assert await client.list_collections(timeout=5) == []
        await client.close()

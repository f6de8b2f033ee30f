"""The stores that the wheels carry start on this machine and answer their own clients."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import psycopg
import valkey.asyncio

from forebay_client.stack.home import Home
from forebay_client.stack.lifecycle import down, status, up
from forebay_client.stack.lock import holders
from forebay_client.stack.part import Place
from forebay_client.stack.parts import postgres as postgres_part
from rigs.leftovers import gone
from rigs.milvus import milvus
from rigs.postgres import postgres
from rigs.standin import ENV
from rigs.stores import PLAN
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


def system_v_segments() -> set[str]:
    return {line.split()[1] for line in Path("/proc/sysvipc/shm").read_text().splitlines()[1:]}


async def test_the_stores_keep_their_rows_when_they_are_killed_and_nothing_of_them_outlives_the_supervisor(tmp_path):
    report = await up(tmp_path, plan=PLAN, env=ENV)
    segment = (tmp_path / "data/postgres/postmaster.pid").read_text().splitlines()[6].split()[1]
    assert segment in system_v_segments()
    assert [part.name for part in report.parts if part.state != "ready"] == []
    place = Place(home=Home(tmp_path), ports={part.name: dict(part.ports) for part in report.parts})
    async with await psycopg.AsyncConnection.connect(postgres_part.dsn(place)) as connection:
        await connection.execute("CREATE TABLE kept AS SELECT 1 AS one")

    os.kill((await holders(tmp_path / "running.lock"))["supervisor"], signal.SIGKILL)
    assert await gone(tmp_path) == []
    assert segment not in system_v_segments()

    await up(tmp_path, plan=PLAN, env=ENV)
    for part in status(tmp_path).parts:
        os.kill(part.pid, signal.SIGKILL)
    await restarted(tmp_path)
    async with await psycopg.AsyncConnection.connect(postgres_part.dsn(place)) as connection:
        assert await (await connection.execute("SELECT one FROM kept")).fetchall() == [(1,)]
    await down(tmp_path)
    assert await gone(tmp_path) == []


async def restarted(home: Path) -> None:
    for _ in range(400):
        if all(part.restarts and part.state == "ready" for part in status(home).parts):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(status(home))

"""Spans in a SQLite file that stays small: the oldest go when there are too many, and when they are too old."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from forebay_client.receiver.spans import Span, Summary

T = TypeVar("T")

SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = OFF;
CREATE TABLE IF NOT EXISTS spans (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    trace_id TEXT NOT NULL,
    span_id TEXT NOT NULL,
    service TEXT NOT NULL,
    name TEXT NOT NULL,
    start_ns INTEGER NOT NULL,
    end_ns INTEGER NOT NULL,
    received REAL NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (trace_id, span_id) ON CONFLICT REPLACE
);
CREATE INDEX IF NOT EXISTS by_service ON spans (service, number);
"""
INSERT = (
    "INSERT INTO spans (trace_id, span_id, service, name, start_ns, end_ns, received, body) VALUES (?,?,?,?,?,?,?,?)"
)
TOO_MANY = "DELETE FROM spans WHERE number <= (SELECT number FROM spans ORDER BY number DESC LIMIT 1 OFFSET ?)"
TOO_OLD = "DELETE FROM spans WHERE received < ?"
ONE = "SELECT body FROM spans WHERE trace_id = ? ORDER BY start_ns, number"
LATEST = """
SELECT trace_id, group_concat(DISTINCT service), min(start_ns), max(end_ns), count(*),
       (SELECT name FROM spans AS first WHERE first.trace_id = spans.trace_id ORDER BY start_ns LIMIT 1)
FROM spans WHERE trace_id IN (
    SELECT trace_id FROM (SELECT trace_id, max(number) AS last FROM spans WHERE ?1 = '' OR service = ?1
                          GROUP BY trace_id ORDER BY last DESC LIMIT ?2))
GROUP BY trace_id ORDER BY max(number) DESC
"""


class Spans:
    """The file; SQLite works in one thread of its own, so that the event loop never waits for the disk."""

    def __init__(self, thread: ThreadPoolExecutor, database: sqlite3.Connection, limit: int, age: float) -> None:
        self._thread = thread
        self._database = database
        self._limit = limit
        self._age = age

    async def _there(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def add(self, spans: Sequence[Span]) -> None:
        """Keep the spans, and let go of what is too much."""
        now = time.time()
        rows = [
            (s.trace_id, s.span_id, s.service, s.name, s.start_ns, s.end_ns, now, json.dumps(s.to_json()))
            for s in spans
        ]
        await self._there(lambda: self._write(rows, now))

    def _write(self, rows: Sequence[tuple[object, ...]], now: float) -> None:
        with self._database:
            self._database.executemany(INSERT, rows)
            self._database.execute(TOO_MANY, (self._limit,))
            self._database.execute(TOO_OLD, (now - self._age,))

    async def trace(self, trace_id: str) -> list[Span]:
        """Return the spans of one trace by start; none when it is unknown."""
        rows = await self._there(lambda: self._database.execute(ONE, (trace_id,)).fetchall())
        return [Span.from_json(json.loads(body)) for (body,) in rows]

    async def latest(self, service: str, limit: int) -> list[Summary]:
        """Return the newest traces, or those that a service took part in."""
        rows = await self._there(lambda: self._database.execute(LATEST, (service, limit)).fetchall())
        return [
            Summary(trace_id=t, services=tuple(sorted(who.split(","))), start_ns=a, end_ns=b, spans=n, name=name)
            for t, who, a, b, n, name in rows
        ]


@asynccontextmanager
async def spans_in(file: Path, *, limit: int, age: float) -> AsyncIterator[Spans]:
    """Open the file; a file that cannot be read any more is put aside, because traces can be made again."""
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="spans") as thread:
        loop = asyncio.get_running_loop()
        database = await loop.run_in_executor(thread, opened, file)
        try:
            yield Spans(thread, database, limit, age)
        finally:
            await loop.run_in_executor(thread, database.close)


def opened(file: Path) -> sqlite3.Connection:
    """Open the database and make its table."""
    try:
        return connected(file)
    except sqlite3.DatabaseError:
        file.replace(file.with_suffix(".broken"))
        return connected(file)


def connected(file: Path) -> sqlite3.Connection:
    """Open the database in this thread."""
    database = sqlite3.connect(file)
    try:
        database.executescript(SCHEMA)
    except sqlite3.DatabaseError:
        database.close()
        raise
    return database

"""Records for contract tests, and PostgreSQL that keeps some."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import count

import psycopg

from gateway.migrate import migrate
from gateway.postgres import PostgresAudit, PostgresChains
from gateway.records.chain import Chain
from gateway.records.words import Record
from rigs.postgres import postgres

NUMBERS = count(1)
BEGUN = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Rows(PostgresChains, PostgresAudit):
    """Writes and reads one PostgreSQL."""


def record(texts=None, *, trace="t" * 32, **fields):
    id_ = f"{next(NUMBERS):032x}"
    begun = round(BEGUN.timestamp() * 1e6)
    body = {
        "id": id_,
        "trace": trace,
        "tenant": "acme",
        "key": "reader",
        "corpus": "docs",
        "call": "Answer",
        "subject": "",
        "begun": begun,
        "took": 1500,
        "outcome": "OK",
        "cache": "",
        "sources": ["ü 1.md@2#0"],
        "spent": [],
        "saved": [],
        "cost": "0",
        "spared": "0",
        "currency": "EUR",
    }
    return Record(id=id_, body=body | fields, texts=texts)


def step(model, inferences=1, *, read=0, written=0, cost="0", name="generate"):
    return {
        "step": name,
        "role": name,
        "model": model,
        "version": "1",
        "inferences": inferences,
        "input_tokens": read,
        "output_tokens": written,
        "cost": cost,
    }


async def begun(store):
    chain = Chain()
    await store.begin(chain.head)
    return chain


async def appended(store, chain, *records):
    links = chain.links(records)
    await store.append(links)
    chain.moved(links[-1])


@asynccontextmanager
async def migrated() -> AsyncIterator[str]:
    """Run a PostgreSQL with the gateway's tables until the block ends; yield its connection string."""
    async with postgres() as dsn:
        await asyncio.to_thread(migrate, dsn)
        yield dsn


def emptied(dsn):
    """Forget all records."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(
            "truncate forebay.records, forebay.record_texts, forebay.record_heads, forebay.record_anchors"
        )

"""Chains of records, written: many requests in one statement, which is durable as a whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chassis.telemetry import untraced
from gateway.postgres.calls import Pool, call
from gateway.records.words import Head, Link, canonical

APPEND: Final = """
with texts as (
    insert into forebay.record_texts (id, salt, question, answer, expires_at)
    select id, salt, question, answer, now() + make_interval(days => days)
    from unnest(%(text_ids)s::text[], %(salts)s::bytea[], %(questions)s::text[], %(answers)s::text[], %(days)s::int[])
        as given (id, salt, question, answer, days)
), head as (
    update forebay.record_heads set sequence = %(last)s, hash = %(last_hash)s where writer = %(writer)s
)
insert into forebay.records (writer, sequence, id, hash, body)
select %(writer)s, sequence, id, hash, body
from unnest(%(sequences)s::bigint[], %(ids)s::text[], %(hashes)s::text[], %(bodies)s::jsonb[])
    as given (sequence, id, hash, body)
"""

BEGIN: Final = """
with head as (
    insert into forebay.record_heads (writer, sequence, hash) values (%(writer)s, %(sequence)s, %(hash)s)
)
insert into forebay.record_anchors (writer, sequence, hash) values (%(writer)s, %(sequence)s, %(hash)s)
"""

ANCHOR: Final = """
insert into forebay.record_anchors (writer, sequence, hash) values (%(writer)s, %(sequence)s, %(hash)s)
on conflict (writer, sequence) do nothing
"""

EXPIRE: Final = """
delete from forebay.record_texts where id in (
    select id from forebay.record_texts where expires_at < now() order by expires_at limit %(most)s
)
"""


class PostgresChains:
    """Keeps chains."""

    def __init__(self, pool: Pool, seconds: float) -> None:
        self._pool = pool
        self._seconds = seconds

    async def begin(self, head: Head) -> None:
        """Keep the beginning of a chain and anchor it."""
        await self._done("begin chain", BEGIN, _head(head))

    async def append(self, links: Sequence[Link]) -> None:
        """Keep links of one chain and its new head."""
        last = links[-1]
        texts = [(link.record.id, link.record.texts) for link in links if link.record.texts is not None]
        given = {
            "writer": last.writer,
            "last": last.sequence,
            "last_hash": last.hash,
            "sequences": [link.sequence for link in links],
            "ids": [link.record.id for link in links],
            "hashes": [link.hash for link in links],
            "bodies": [canonical(link.record.body) for link in links],
            "text_ids": [id_ for id_, _ in texts],
            "salts": [text.salt for _, text in texts],
            "questions": [text.question for _, text in texts],
            "answers": [text.answer for _, text in texts],
            "days": [text.days for _, text in texts],
        }
        # A batch belongs to many requests, and so to no trace.
        await self._done("append records", APPEND, given)

    async def known(self, ids: Sequence[str]) -> frozenset[str]:
        """Return which of these requests have a record."""
        with untraced():
            async with call(self._pool, "find records", self._seconds) as connection:
                found = await connection.execute("select id from forebay.records where id = any(%s)", [list(ids)])
                return frozenset([row["id"] async for row in found])

    async def anchor(self, head: Head) -> None:
        """Keep where a chain is now."""
        await self._done("anchor chain", ANCHOR, _head(head))

    async def expire(self, most: int) -> int:
        """Remove texts whose time is up, that many at most; return how many there were."""
        with untraced():
            async with call(self._pool, "expire texts", self._seconds) as connection:
                return (await connection.execute(EXPIRE, {"most": most})).rowcount

    async def ping(self) -> None:
        """Return when PostgreSQL answers."""
        async with call(self._pool, "ping", self._seconds) as connection:
            await connection.execute("select 1")

    async def _done(self, operation: str, statement: str, given: dict[str, object]) -> None:
        with untraced():
            async with call(self._pool, operation, self._seconds) as connection:
                await connection.execute(statement, given)


def _head(head: Head) -> dict[str, object]:
    return {"writer": head.writer, "sequence": head.sequence, "hash": head.hash}

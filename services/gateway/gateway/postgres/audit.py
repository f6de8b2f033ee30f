"""Records, read and compared; texts, erased."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final

from gateway.postgres.calls import Pool, call
from gateway.records.reading import Kept
from gateway.records.words import Head, Link, Record

FIND: Final = """
select r.writer, r.sequence, r.id, r.hash, r.body, t.question, t.answer
from forebay.records r left join forebay.record_texts t on t.id = r.id
where (r.id = %(id)s or r.body ->> 'trace' = %(id)s) and (%(tenant)s = '' or r.body ->> 'tenant' = %(tenant)s)
order by (r.body ->> 'begun')::bigint desc limit 100
"""

LINKS: Final = """
select writer, sequence, id, hash, body from forebay.records
where writer = %(writer)s and sequence > %(after)s order by sequence limit %(most)s
"""

WRITERS: Final = """
with recursive found as (
    (select writer from forebay.records order by writer limit 1)
    union all
    select (select writer from forebay.records where writer > found.writer order by writer limit 1)
    from found where found.writer is not null
)
select writer from found where writer is not null
"""

ERASE_IDS: Final = """
delete from forebay.record_texts t using forebay.records r
where r.id = t.id and r.id = any(%(ids)s) and r.body ->> 'tenant' = %(tenant)s
"""

ERASE_KEY: Final = """
delete from forebay.record_texts t using forebay.records r
where r.id = t.id and r.body ->> 'tenant' = %(tenant)s and r.body ->> 'key' = %(key)s
"""

PAGE: Final = 1000
"""Records of a chain that are read at once."""


class PostgresAudit:
    """Reads chains and texts."""

    def __init__(self, pool: Pool, seconds: float) -> None:
        self._pool = pool
        self._seconds = seconds

    async def find(self, id_: str, tenant: str) -> Sequence[Kept]:
        """Return the records of a request or trace, newest first; of that tenant, or of all when it is empty."""
        rows = await self._rows("find record", FIND, {"id": id_, "tenant": tenant})
        return [Kept(link=_link(row), question=row["question"], answer=row["answer"]) for row in rows]

    async def heads(self) -> Sequence[Head]:
        """Return the newest head of each chain."""
        return await self._heads("record_heads")

    async def anchors(self) -> Sequence[Head]:
        """Return every anchor."""
        return await self._heads("record_anchors")

    async def writers(self) -> Sequence[str]:
        """Return the chains that have records."""
        return [row["writer"] for row in await self._rows("list chains", WRITERS, {})]

    async def links(self, writer: str) -> AsyncIterator[Link]:
        """Yield the records of a chain by their place."""
        after = 0
        while rows := await self._rows("read chain", LINKS, {"writer": writer, "after": after, "most": PAGE}):
            for row in rows:
                yield _link(row)
            after = rows[-1]["sequence"]

    async def erase(self, tenant: str, ids: Sequence[str]) -> int:
        """Remove the texts of these requests of a tenant; return how many had some."""
        return await self._erased(ERASE_IDS, {"tenant": tenant, "ids": list(ids)})

    async def erase_key(self, tenant: str, key: str) -> int:
        """Remove the texts of all requests of a key; return how many had some."""
        return await self._erased(ERASE_KEY, {"tenant": tenant, "key": key})

    async def _heads(self, table: str) -> Sequence[Head]:
        rows = await self._rows("read heads", f"select writer, sequence, hash from forebay.{table}", {})  # noqa: S608 - one of two names of ours
        return [Head(writer=row["writer"], sequence=row["sequence"], hash=row["hash"]) for row in rows]

    async def _erased(self, statement: str, given: Mapping[str, object]) -> int:
        async with call(self._pool, "erase texts", self._seconds) as connection:
            return (await connection.execute(statement, given)).rowcount

    async def _rows(self, operation: str, statement: str, given: Mapping[str, object]) -> Sequence[Mapping[str, Any]]:
        async with call(self._pool, operation, self._seconds) as connection:
            return await (await connection.execute(statement, given)).fetchall()


def _link(row: Mapping[str, Any]) -> Link:
    record = Record(id=row["id"], body=row["body"])
    return Link(writer=row["writer"], sequence=row["sequence"], hash=row["hash"], record=record)

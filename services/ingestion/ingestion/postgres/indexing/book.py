"""The book of indexes in PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from psycopg.rows import DictRow

from chassis.errors import Aborted, FailedPrecondition
from ingestion.corpora.words import Index, IndexSettings, IndexState
from ingestion.indexing.words import Building, Stale, Standing
from ingestion.postgres.calls import Pool, call
from ingestion.postgres.corpora import add_index, corpus_with, index_of
from ingestion.postgres.indexing.missing import STALE, STANDING, keys, stale_of
from ingestion.postgres.placing import take
from ingestion.postgres.writer import Writer

__all__ = ["PostgresIndexes"]

_INDEX = "select i.id as index_id, i.* from forebay.indexes i"
INDEXES = f"{_INDEX} where i.corpus_id = %s order by i.number"
UNFINISHED = f"""
{_INDEX} join forebay.corpora c on c.id = i.corpus_id and c.deleted_at is null
where i.state = 'building' or i.incomplete order by i.created_at
"""
DROPPED = """
select id from forebay.indexes
where state = 'dropping' and updated_at <= now() - make_interval(secs => %s) limit 1
"""
PLACED = "select index_id, document_id from forebay.placements where index_id = %s limit %s"
FAIL = """
insert into forebay.index_failures (index_id, document_id, generation, reason) values (%s, %s, %s, %s)
on conflict (index_id, document_id) do update set generation = excluded.generation, reason = excluded.reason
"""
RESUME = """
update forebay.indexes set state = 'building', switches = true, updated_at = now()
where id = %s and state in ('building', 'kept')
"""
DROP = """
update forebay.indexes set state = 'dropping', switches = false, updated_at = now()
where id = %s and state in ('building', 'kept')
"""
KEEP = "update forebay.indexes set state = 'kept', updated_at = now() where corpus_id = %s and state = 'live'"
SWITCH = """
update forebay.indexes set state = 'live', switches = false, updated_at = now() where id = %s and state = 'building'
"""
COMPLETE = "update forebay.indexes set incomplete = false where id = %s"
RAISE = "update forebay.corpora set version = version + %s where id = %s and deleted_at is null returning version"
CLEAR = (
    "delete from forebay.lexicon where index_id = %s",
    "delete from forebay.index_failures where index_id = %s",
    "delete from forebay.indexes where id = %s",
)


class PostgresIndexes:
    """Reads through the pool, writes through the one session that may."""

    def __init__(self, pool: Pool, writer: Writer, seconds: float) -> None:
        self._pool = pool
        self._writer = writer
        self._seconds = seconds

    async def indexes(self, corpus: UUID) -> Sequence[Index]:
        """Return the corpus's indexes by number."""
        return [_index(row) for row in await self._rows("list indexes", INDEXES, [corpus])]

    async def begin(self, corpus: UUID, settings: IndexSettings, collection: str, *, switches: bool) -> Index:
        """Write a new index down that is to be built."""
        async with self._writer.transaction("begin index") as connection:
            rows = await (await connection.execute(INDEXES, [corpus])).fetchall()
            if any(row["state"] == IndexState.BUILDING.value for row in rows):
                raise FailedPrecondition("another index of the corpus is being built; switch to it or drop it first")
            number = 1 + max((row["number"] for row in rows), default=0)
            index = Index(
                id=uuid4(), number=number, settings=settings, collection=collection, state=IndexState.BUILDING
            )
            await add_index(connection, corpus, index, switches=switches)
        return index

    async def resume(self, index: UUID) -> bool:
        """Have a kept or unfinished index caught up and switched to."""
        return await self._changed("resume index", RESUME, index)

    async def drop(self, index: UUID) -> bool:
        """Give an index up that is not live."""
        return await self._changed("drop index", DROP, index)

    async def unfinished(self) -> Sequence[Building]:
        """Return the indexes that documents may be missing in."""
        async with call("list unfinished indexes", self._seconds), self._pool.connection() as connection:
            rows = await (await connection.execute(UNFINISHED)).fetchall()
            found = [(row, await corpus_with(connection, row["corpus_id"])) for row in rows]
        return [Building(corpus=corpus, index=_index(row), switches=row["switches"]) for row, corpus in found if corpus]

    async def stale(self, building: Building, pipeline: str, most: int, after: str = "") -> Sequence[Stale]:
        """Return the next documents after that id that the index lacks and that have not failed for it, by id."""
        asked = {**keys(building, pipeline), "most": most, "after": after}
        return [stale_of(row) for row in await self._rows("find stale documents", STALE, asked)]

    async def fail(self, index: UUID, stale: Stale, reason: str) -> None:
        """Note that this generation of the document cannot be had in the index."""
        async with self._writer.transaction("note failure") as connection:
            await connection.execute(FAIL, [index, stale.known.id, stale.known.generation, reason])

    async def standing(self, building: Building, pipeline: str) -> Standing:
        """Return how far the index is."""
        (row,) = await self._rows("count stale documents", STANDING, keys(building, pipeline))
        return Standing(index=building.index.id, missing=row["missing"], failed=row["failed"])

    async def finish(self, building: Building, pipeline: str) -> int | None:
        """Make the index live, or note that the live one lacks nothing; None when something is missing."""
        corpus, index = building.corpus.id, building.index.id
        async with self._writer.transaction("switch index") as connection:
            row = await (await connection.execute(STANDING, keys(building, pipeline))).fetchone()
            if row is None or row["missing"]:
                return None
            switches = building.index.state is IndexState.BUILDING
            if switches:
                await connection.execute(KEEP, [corpus])
                if (await connection.execute(SWITCH, [index])).rowcount != 1:
                    raise Aborted("the index was dropped meanwhile")
            await connection.execute(COMPLETE, [index])
            row = await (await connection.execute(RAISE, [int(switches), corpus])).fetchone()
            if row is None:
                raise Aborted("the corpus is gone")
            version: int = row["version"]
            return version

    async def clear(self, most: int, older_than: float) -> bool:
        """Clear a portion of what was dropped so many seconds ago away; return whether there was anything."""
        rows = await self._rows("find dropped indexes", DROPPED, [older_than])
        if not rows:
            return False
        index = rows[0]["id"]
        async with self._writer.transaction("clear index") as connection:
            placed = await (await connection.execute(PLACED, [index, most])).fetchall()
            if placed:
                await take(connection, [(row["index_id"], row["document_id"]) for row in placed])
            else:
                for statement in CLEAR:
                    await connection.execute(statement, [index])
        return True

    async def _rows(self, operation: str, question: str, values: Sequence[Any] | Mapping[str, Any]) -> list[DictRow]:
        async with call(operation, self._seconds), self._pool.connection() as connection:
            return await (await connection.execute(question, values)).fetchall()

    async def _changed(self, operation: str, statement: str, index: UUID) -> bool:
        async with self._writer.transaction(operation) as connection:
            return (await connection.execute(statement, [index])).rowcount == 1


def _index(row: DictRow) -> Index:
    return index_of(row["index_id"], row["settings"], row)

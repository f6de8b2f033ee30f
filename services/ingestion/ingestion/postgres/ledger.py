"""The ledger in PostgreSQL: which generations count, and which are surplus."""

from __future__ import annotations

# ruff: noqa: S608 - constants are joined, once; every value is bound by the driver
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from psycopg.rows import DictRow

from chassis.errors import Aborted
from ingestion.committing.words import Batch, Draft, Known, Look, Placement, Surplus
from ingestion.postgres.calls import Pool, call
from ingestion.postgres.commit import commit
from ingestion.postgres.corpora import corpus_with
from ingestion.postgres.writer import Writer

__all__ = ["KNOWN", "PostgresLedger", "known_of"]

KNOWN: Final = """
d.id, d.generation, d.fingerprint, p.generation as placed, p.source_generation, p.pipeline, p.chunk_count,
    1 + greatest(d.generation,
        (select max(q.generation) from forebay.placements q where q.document_id = d.id),
        (select max(s.generation) from forebay.surplus s where s.document_id = d.id)) as next,
    exists (select from forebay.quarantine h where h.corpus_id = d.corpus_id and h.source_id = d.source_id) as held
"""
"""Columns of a document `d` and its placement `p` that `known_of` reads."""

FIND = f"""
select d.source_id, {KNOWN}
from forebay.documents d left join forebay.placements p on p.document_id = d.id and p.index_id = %s
where d.corpus_id = %s and d.source_id = any(%s)
"""
ANNOUNCE = """
insert into forebay.surplus (document_id, generation, collection, chunk_count)
select * from unnest(%s::uuid[], %s::bigint[], %s::text[], %s::int[]) as ours (document_id, generation)
where not exists (
    select from forebay.placements p where p.document_id = ours.document_id and p.generation >= ours.generation)
"""
CLAIM = """
update forebay.surplus set claimed = true
where (document_id, generation) in (
    select document_id, generation from forebay.surplus
    where since < now() - make_interval(secs => %s) order by since limit %s)
returning document_id, generation, collection, chunk_count
"""
FORGET_CHUNKS = """
delete from forebay.chunks c using unnest(%s::uuid[], %s::bigint[]) as gone (document_id, generation)
where c.document_id = gone.document_id and c.generation = gone.generation
"""
FORGET = """
delete from forebay.surplus s using unnest(%s::uuid[], %s::bigint[]) as gone (document_id, generation)
where s.document_id = gone.document_id and s.generation = gone.generation
"""


class PostgresLedger:
    """Reads through the pool, writes through the one session that may."""

    def __init__(self, pool: Pool, writer: Writer, seconds: float) -> None:
        self._pool = pool
        self._writer = writer
        self._seconds = seconds

    async def find(self, corpus: UUID, source_ids: Sequence[str]) -> Look | None:
        """Return the corpus as it is now and those of the documents that are visible; None when there is no corpus."""
        async with call("find documents", self._seconds), self._pool.connection() as connection:
            found = await corpus_with(connection, corpus)
            if found is None:
                return None
            rows = await (await connection.execute(FIND, [found.index.id, corpus, list(source_ids)])).fetchall()
        return Look(corpus=found, known={row["source_id"]: known_of(row) for row in rows})

    async def announce(self, drafts: Sequence[Draft]) -> None:
        """Note generations as surplus before they are written; raise `Aborted` when one was used before."""
        values = [
            [draft.id for draft in drafts],
            [draft.generation for draft in drafts],
            [draft.index.collection for draft in drafts],
            [len(draft.chunks) for draft in drafts],
        ]
        async with self._writer.transaction("announce generations") as connection:
            if (await connection.execute(ANNOUNCE, values)).rowcount != len(drafts):
                raise Aborted("a document was changed by somebody else meanwhile")

    async def commit(self, batch: Batch) -> Mapping[UUID, int]:
        """Make the batch visible in one transaction; return the new version of each corpus."""
        async with self._writer.transaction("commit documents") as connection:
            return await commit(connection, batch)

    async def claim(self, older_than: float, most: int) -> Sequence[Surplus]:
        """Return old surplus generations, which cannot be committed from then on."""
        async with self._writer.transaction("claim surplus") as connection:
            rows = await (await connection.execute(CLAIM, [older_than, most])).fetchall()
        return [
            Surplus(
                document=row["document_id"],
                generation=row["generation"],
                collection=row["collection"],
                chunks=row["chunk_count"],
            )
            for row in rows
        ]

    async def forget(self, surplus: Sequence[Surplus]) -> None:
        """Drop the chunks of these generations, and the note of them."""
        values = [[old.document for old in surplus], [old.generation for old in surplus]]
        async with self._writer.transaction("forget surplus") as connection:
            await connection.execute(FORGET_CHUNKS, values)
            await connection.execute(FORGET, values)


def _placement(row: DictRow) -> Placement | None:
    if row["placed"] is None:
        return None
    return Placement(
        generation=row["placed"],
        source_generation=row["source_generation"],
        pipeline=row["pipeline"],
        chunks=row["chunk_count"],
    )


def known_of(row: DictRow) -> Known:
    """Read what is known of a document from a row with the columns of `KNOWN`."""
    return Known(
        id=row["id"],
        generation=row["generation"],
        fingerprint=row["fingerprint"],
        next_generation=row["next"],
        placement=_placement(row),
        held=row["held"],
    )

"""Signatures of visible documents: what others are compared with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg.rows import DictRow

from ingestion.checking.ports import Candidate
from ingestion.committing.words import Draft
from ingestion.postgres.calls import Connection, Pool, call
from ingestion.postgres.lexicon import integers
from ingestion.quality.sizes import Sizes

__all__ = ["PostgresSignatures", "sign"]

WRITE = """
insert into forebay.signatures (document_id, corpus_id, written_by, characters, signature, bands)
values (%s, %s, %s, %s, %s, %s)
on conflict (document_id) do update set written_by = excluded.written_by, characters = excluded.characters,
    signature = excluded.signature, bands = excluded.bands
"""
FORGET = "delete from forebay.signatures where document_id = any(%s)"

# What share of a table shares a number with an array is anybody's guess, and the planner's is far too high.
BY_INDEX = "set local enable_seqscan = off"
ALIKE = """
select asked.place, d.source_id, d.groups, s.written_by, s.signature
from unnest(%s::text[]) with ordinality as asked (bands, place)
cross join lateral (
    select document_id, written_by, signature from forebay.signatures where bands && asked.bands::bigint[] limit 32
) s
join forebay.documents d on d.id = s.document_id
"""
USUAL = """
select count(*) as documents, coalesce(avg(ln(characters)), 0)::float8 as mean,
    coalesce(stddev_samp(ln(characters)), 0)::float8 as deviation
from (select characters from forebay.signatures where corpus_id = %s limit 5000) s
"""


class PostgresSignatures:
    """Reads through the pool; what is written is written by the commit."""

    def __init__(self, pool: Pool, seconds: float) -> None:
        self._pool = pool
        self._seconds = seconds

    async def alike(self, bands: Sequence[Sequence[int]]) -> Sequence[Sequence[Candidate]]:
        """Return for each set of bands documents that share one of them."""
        asked = [integers(one) for one in bands]
        async with call("find alike", self._seconds), self._pool.connection() as connection, connection.transaction():
            await connection.execute(BY_INDEX)
            rows = await (await connection.execute(ALIKE, [asked])).fetchall()
        found: list[list[Candidate]] = [[] for _ in bands]
        for row in rows:
            found[row["place"] - 1].append(_candidate(row))
        return found

    async def usual(self, corpus: UUID) -> Sizes:
        """Return how long the corpus's documents are, by some thousands of them."""
        async with call("measure sizes", self._seconds), self._pool.connection() as connection:
            row = await (await connection.execute(USUAL, [corpus])).fetchone()
        return Sizes(**row) if row else Sizes()


async def sign(connection: Connection, puts: Sequence[Draft]) -> None:
    """Write the signatures of new and changed documents. Runs inside the caller's transaction."""
    async with connection.cursor() as cursor:
        if signed := [row for draft in puts if (row := _row(draft))]:
            await cursor.executemany(WRITE, signed)
        if unsigned := [draft.id for draft in puts if draft.likeness is None and draft.replaces]:
            await cursor.execute(FORGET, [unsigned])


def _row(draft: Draft) -> tuple[Any, ...] | None:
    if (one := draft.likeness) is None:
        return None
    return draft.id, draft.corpus.id, draft.by, max(1, one.characters), one.signature, integers(one.bands)


def _candidate(row: DictRow) -> Candidate:
    return Candidate(row["source_id"], bytes(row["signature"]), frozenset(row["groups"]), row["written_by"])

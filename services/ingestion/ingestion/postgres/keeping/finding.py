"""What is to go: documents that match a filter or are too old, and all that deleted corpora hold."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from psycopg.rows import DictRow

from chassis.filters import Columns, Condition, sql
from ingestion.corpora.words import Corpus
from ingestion.keeping.ports import Candidate, Grave
from ingestion.postgres.calls import Pool, call
from ingestion.postgres.corpora import CORPUS, corpus_of
from ingestion.postgres.writer import Writer

__all__ = ["PostgresKeeping"]

COLUMNS = Columns(metadata="d.metadata", reserved={"id": "d.source_id", "mime": "d.mime"})

MATCHING = """
select d.source_id, d.generation from forebay.documents d
where d.corpus_id = %(corpus)s and d.source_id > %(after)s and {condition}
order by d.source_id limit %(most)s
"""
AGED = f"""
{CORPUS} and (c.settings ->> 'retention_days')::int > 0
"""
OLD = """
select source_id, generation from forebay.documents
where corpus_id = %s and updated_at < %s - make_interval(days => %s) order by updated_at limit %s
"""
BURY_DOCUMENTS = """
with doomed as (
    select d.id from forebay.documents d join forebay.corpora c on c.id = d.corpus_id
    where c.deleted_at is not null limit %s
), taken as (
    delete from forebay.placements p using doomed where p.document_id = doomed.id returning p.*
), kept as (
    insert into forebay.surplus (document_id, generation, collection, chunk_count)
    select t.document_id, t.generation, i.collection, t.chunk_count
    from taken t join forebay.indexes i on i.id = t.index_id
)
select id from doomed
"""
DROP_DOCUMENTS = "delete from forebay.documents where id = any(%s)"
BURY_TERMS = """
delete from forebay.lexicon where ctid in (
    select l.ctid from forebay.lexicon l
    join forebay.indexes i on i.id = l.index_id join forebay.corpora c on c.id = i.corpus_id
    where c.deleted_at is not null limit %s)
"""
TERMS = 20
"""Terms that go with as little work as a document."""

GRAVES = """
select c.id, array_agg(distinct i.collection) filter (where (c.settings ->> 'own_collection')::bool) as own
from forebay.corpora c join forebay.indexes i on i.corpus_id = c.id
where c.deleted_at is not null and not exists (select from forebay.documents d where d.corpus_id = c.id)
group by c.id
having not exists (
    select from forebay.indexes j join forebay.lexicon l on l.index_id = j.id where j.corpus_id = c.id)
and not exists (
    select from forebay.indexes j join forebay.surplus s on s.collection = j.collection
    where j.corpus_id = c.id and (c.settings ->> 'own_collection')::bool)
"""
UNREFERENCED = """
select o.digest from unnest(%(digests)s::text[]) as o (digest)
where not exists (select from forebay.documents d where d.tenant = %(tenant)s and d.sha256 = o.digest)
and not exists (
    select from forebay.quarantine q join forebay.corpora c on c.id = q.corpus_id
    where c.tenant = %(tenant)s and q.sha256 = o.digest)
"""
LEVEL = "delete from forebay.corpora where id = %s and deleted_at is not null"


class PostgresKeeping:
    """Reads through the pool, writes through the one session that may."""

    def __init__(self, pool: Pool, writer: Writer, seconds: float) -> None:
        self._pool = pool
        self._writer = writer
        self._seconds = seconds

    async def matching(self, corpus: Corpus, condition: Condition, after: str, most: int) -> Sequence[Candidate]:
        """Return the next documents after that id that match, by id."""
        where, bound = sql(condition, COLUMNS)
        values = {"corpus": corpus.id, "after": after, "most": most, **bound}
        async with call("match documents", self._seconds), self._pool.connection() as connection:
            rows = await (await connection.execute(MATCHING.format(condition=where), values)).fetchall()
        return [_candidate(corpus, row) for row in rows]

    async def aged(self, now: datetime, most: int) -> Sequence[Candidate]:
        """Return documents that are older than their corpus keeps them, the oldest of a corpus first."""
        found: list[Candidate] = []
        async with call("find old documents", self._seconds), self._pool.connection() as connection:
            for each in await (await connection.execute(AGED)).fetchall():
                corpus = corpus_of(each)
                values = [corpus.id, now, corpus.settings.retention_days, most - len(found)]
                rows = await (await connection.execute(OLD, values)).fetchall()
                found += [_candidate(corpus, row) for row in rows]
        return found

    async def unreferenced(self, tenant: str, digests: Sequence[str]) -> Collection[str]:
        """Return those originals that no document of the tenant refers to, visible or held back."""
        values = {"tenant": tenant, "digests": list(digests)}
        async with call("find unused originals", self._seconds), self._pool.connection() as connection:
            rows = await (await connection.execute(UNREFERENCED, values)).fetchall()
        return {row["digest"] for row in rows}

    async def settled(self, tenant: str, digests: Sequence[str]) -> Collection[str]:
        """Return the same, asked in the session that commits."""
        values = {"tenant": tenant, "digests": list(digests)}
        async with self._writer.transaction("find unused originals") as connection:
            rows = await (await connection.execute(UNREFERENCED, values)).fetchall()
        return {row["digest"] for row in rows}

    async def bury(self, most: int) -> bool:
        """Take a portion of what deleted corpora hold out of the books; return whether there was any."""
        async with self._writer.transaction("bury documents") as connection:
            rows = await (await connection.execute(BURY_DOCUMENTS, [most])).fetchall()
            if rows:
                await connection.execute(DROP_DOCUMENTS, [[row["id"] for row in rows]])
                return True
            return (await connection.execute(BURY_TERMS, [most * TERMS])).rowcount > 0

    async def graves(self) -> Sequence[Grave]:
        """Return deleted corpora of which nothing is left."""
        async with call("find graves", self._seconds), self._pool.connection() as connection:
            rows = await (await connection.execute(GRAVES)).fetchall()
        return [Grave(corpus=row["id"], collections=tuple(row["own"] or ())) for row in rows]

    async def level(self, grave: Grave) -> None:
        """Drop the corpus with its indexes."""
        async with self._writer.transaction("level grave") as connection:
            await connection.execute(LEVEL, [grave.corpus])


def _candidate(corpus: Corpus, row: DictRow) -> Candidate:
    return Candidate(corpus=corpus, source_id=row["source_id"], generation=row["generation"])

"""Erasures in PostgreSQL: what is to go, and the record of what went."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from uuid import UUID, uuid4

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from chassis.errors import Aborted
from ingestion.corpora.words import Corpus
from ingestion.erasing.words import Erasure, Look, Place, name_of
from ingestion.postgres.calls import Connection, Pool, call
from ingestion.postgres.keeping.traces import OF_DOCUMENTS, OF_ID, SCRUB
from ingestion.postgres.writer import Writer

__all__ = ["PostgresErasures"]

PLACES = "select collection, id from forebay.indexes where corpus_id = %s order by number"
LAST = """
select * from forebay.erasures where corpus_id = %s and document = %s and overtaken_at is null
order by finished_at desc nulls first limit 1
"""
TRACES = """
select exists (select from forebay.documents where corpus_id = %(corpus)s and source_id = %(source)s)
    or exists (select from forebay.quarantine where corpus_id = %(corpus)s and source_id = %(source)s) as traces
"""
BEGIN = """
insert into forebay.erasures (id, tenant, corpus_id, corpus, document, asked_by, source_id)
values (%s, %s, %s, %s, %s, %s, %s)
on conflict (corpus_id, document) where finished_at is null and overtaken_at is null do nothing
"""
NOTE = """
update forebay.erasures e set
    documents = array(
        select unnest(e.documents) union select unnest(%(documents)s::uuid[])
        union select d.id from forebay.documents d where d.corpus_id = e.corpus_id and d.source_id = e.source_id),
    originals = array(
        select unnest(e.originals)
        union select d.sha256 from forebay.documents d where d.corpus_id = e.corpus_id and d.source_id = e.source_id
        union select q.sha256 from forebay.quarantine q
            where q.corpus_id = e.corpus_id and q.source_id = e.source_id),
    places = (
        select coalesce(jsonb_agg(p), '[]') from (
            select jsonb_array_elements(e.places)
            union select jsonb_build_array(i.collection, i.id) from forebay.indexes i where i.corpus_id = e.corpus_id
        ) found (p))
where corpus_id = %(corpus)s and document = %(document)s and finished_at is null and overtaken_at is null
returning *
"""
PAGE = """
select * from forebay.erasures e
where tenant = %(tenant)s and corpus = %(corpus)s and (%(source)s::text = '' or document =
        encode(sha256(convert_to(corpus_id::text || '/' || %(source)s::text, 'UTF8')), 'hex'))
    and (%(after)s::uuid is null or (asked_at, id) < (
        select last.asked_at, last.id from forebay.erasures last where last.id = %(after)s and last.tenant = e.tenant))
order by asked_at desc, id desc limit %(limit)s
"""
UNFINISHED = """
select * from forebay.erasures where finished_at is null and overtaken_at is null order by asked_at
"""
CLAIM = "update forebay.surplus set claimed = true, since = now() where document_id = any(%s)"
FINISH = """
update forebay.erasures set finished_at = now(), looks = %s, source_id = null, documents = '{}', places = '[]',
    originals = '{}'
where id = %s returning *
"""


class PostgresErasures:
    """Reads through the pool, writes through the one session that may."""

    def __init__(self, pool: Pool, writer: Writer, seconds: float) -> None:
        self._pool = pool
        self._writer = writer
        self._seconds = seconds

    async def places(self, corpus: UUID) -> Sequence[Place]:
        """Return where the corpus's indexes have their rows."""
        return [Place(row["collection"], row["id"]) for row in await self._rows("list places", PLACES, corpus)]

    async def last(self, corpus: UUID, source_id: str) -> Erasure | None:
        """Return the latest erasure of the document that was not overtaken, or None."""
        rows = await self._rows("find erasure", LAST, corpus, name_of(corpus, source_id))
        return _erasure(rows[0]) if rows else None

    async def traces(self, corpus: UUID, source_id: str) -> bool:
        """Tell whether the ledger has a document of that id, visible or held back."""
        async with call("find traces", self._seconds), self._pool.connection() as connection:
            row = await (await connection.execute(TRACES, {"corpus": corpus, "source": source_id})).fetchone()
        return bool(row and row["traces"])

    async def begin(self, corpus: Corpus, source_id: str, by: str, documents: Collection[UUID]) -> Erasure:
        """Write down that the document is to be erased, with all that is known of it."""
        name = name_of(corpus.id, source_id)
        known = {"corpus": corpus.id, "document": name, "documents": list(documents)}
        async with self._writer.transaction("begin erasure") as connection:
            await connection.execute(BEGIN, [uuid4(), corpus.tenant, corpus.id, corpus.name, name, by, source_id])
            return await _changed(connection, NOTE, known)

    async def page(self, tenant: str, corpus: str, source_id: str, after: UUID | None, limit: int) -> Sequence[Erasure]:
        """Return the next erasures in corpora of that name after that one, the newest first."""
        values = {"tenant": tenant, "corpus": corpus, "source": source_id, "after": after, "limit": limit}
        async with call("list erasures", self._seconds), self._pool.connection() as connection:
            return [_erasure(row) for row in await (await connection.execute(PAGE, values)).fetchall()]

    async def unfinished(self) -> Sequence[Erasure]:
        """Return the erasures that are not finished, the oldest first."""
        return [_erasure(row) for row in await self._rows("list erasures", UNFINISHED)]

    async def claim(self, erasure: Erasure) -> None:
        """Have none of the document's generations committed any more, and swept once more after a grace."""
        async with self._writer.transaction("claim erased") as connection:
            await connection.execute(CLAIM, [list(erasure.documents)])

    async def scrub(self, erasure: Erasure) -> None:
        """Remove all that the ledger holds of the document, once it is not visible."""
        async with self._writer.transaction("scrub erased") as connection:
            for statement in SCRUB:
                await connection.execute(statement, _keys(erasure))

    async def looks(self, erasure: Erasure) -> Sequence[Look]:
        """Look through the ledger."""
        questions = [(table, question, len(erasure.documents)) for table, question in OF_DOCUMENTS.items()]
        questions += [(column, question, 1) for column, question in OF_ID.items()]
        looks = []
        async with call("look for erased", self._seconds), self._pool.connection() as connection:
            for place, question, looked_for in questions:
                row = await (await connection.execute(question, _keys(erasure))).fetchone()
                found = row["found"] if row else 0
                looks.append(Look(store="postgres", place=place, looked_for=looked_for, found=found))
        return looks

    async def finish(self, erasure: Erasure, looks: Sequence[Look]) -> Erasure:
        """Keep the record; forget everything else that was noted of the document."""
        async with self._writer.transaction("finish erasure") as connection:
            return await _changed(connection, FINISH, [Jsonb([asdict(look) for look in looks]), erasure.id])

    async def _rows(self, operation: str, question: str, *values: object) -> list[DictRow]:
        async with call(operation, self._seconds), self._pool.connection() as connection:
            return await (await connection.execute(question, values)).fetchall()


async def _changed(connection: Connection, statement: str, values: Sequence[object] | Mapping[str, object]) -> Erasure:
    row = await (await connection.execute(statement, values)).fetchone()
    if row is None:
        raise Aborted("the document was put again meanwhile")
    return _erasure(row)


def _keys(erasure: Erasure) -> dict[str, object]:
    return {
        "tenant": erasure.tenant,
        "corpus": erasure.corpus,
        "name": erasure.corpus_name,
        "source": erasure.source_id,
        "documents": list(erasure.documents),
    }


def _erasure(row: DictRow) -> Erasure:
    return Erasure(
        id=row["id"],
        tenant=row["tenant"],
        corpus=row["corpus_id"],
        corpus_name=row["corpus"],
        document=row["document"],
        source_id=row["source_id"] or "",
        documents=frozenset(row["documents"]),
        places=frozenset(Place(collection, UUID(index)) for collection, index in row["places"]),
        originals=frozenset(row["originals"]),
        by=row["asked_by"],
        asked=row["asked_at"],
        finished=row["finished_at"],
        overtaken=row["overtaken_at"],
        looks=tuple(Look(**look) for look in row["looks"]),
    )

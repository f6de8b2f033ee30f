"""Documents that are held back, in PostgreSQL."""

from __future__ import annotations

# ruff: noqa: S608 - constants are joined, once; every value is bound by the driver
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from ingestion.checking.held import Held
from ingestion.checking.words import Author
from ingestion.committing.words import Batch
from ingestion.contracts.findings import Finding, Rule
from ingestion.corpora.words import Corpus
from ingestion.postgres.calls import Connection, Pool, call
from ingestion.postgres.keeping.traces import overtake
from ingestion.postgres.writer import Writer

__all__ = ["PostgresQuarantine", "release"]

HOLD = """
insert into forebay.quarantine (corpus_id, source_id, sha256, size_bytes, mime, title, uri, groups, metadata, findings,
    near_duplicate_of, written_by)
values (%(corpus)s, %(source_id)s, %(sha256)s, %(size)s, %(mime)s, %(title)s, %(uri)s, %(groups)s, %(metadata)s,
    %(findings)s, %(near_duplicate_of)s, %(by)s)
on conflict (corpus_id, source_id) do update set sha256 = excluded.sha256, size_bytes = excluded.size_bytes,
    mime = excluded.mime, title = excluded.title, uri = excluded.uri, groups = excluded.groups,
    metadata = excluded.metadata, findings = excluded.findings, near_duplicate_of = excluded.near_duplicate_of,
    written_by = excluded.written_by, since = now()
"""
_MINE = """
q.corpus_id = %(corpus)s and (q.groups && %(groups)s::text[] or (q.written_by = %(by)s and %(by)s <> ''))
"""
_HELD = f"""
select q.*, case when q.written_by = %(by)s or exists (
    select 1 from forebay.documents d
    where d.corpus_id = q.corpus_id and d.source_id = q.near_duplicate_of and d.groups && %(groups)s::text[]
) then q.near_duplicate_of else '' end as twin
from forebay.quarantine q where {_MINE}
"""
PAGE = f"{_HELD} and q.source_id > %(after)s order by q.source_id limit %(limit)s"
SOME = f"{_HELD} and q.source_id = any(%(source_ids)s) order by q.source_id"
DISCARD = f"delete from forebay.quarantine q where {_MINE} and q.source_id = any(%(source_ids)s)"
DROP = "delete from forebay.quarantine where corpus_id = %s and source_id = %s"
RELEASE = """
delete from forebay.quarantine q using unnest(%s::uuid[], %s::text[]) as seen (corpus_id, source_id)
where q.corpus_id = seen.corpus_id and q.source_id = seen.source_id
"""


class PostgresQuarantine:
    """Shows an author what the author may read, and what the author wrote."""

    def __init__(self, pool: Pool, writer: Writer, seconds: float) -> None:
        self._pool = pool
        self._writer = writer
        self._seconds = seconds

    async def hold(self, corpus: Corpus, held: Held) -> None:
        """Keep the document in place of the one of its id that was held before."""
        values = {**asdict(held), "corpus": corpus.id, "groups": list(held.groups)}
        values |= {"metadata": Jsonb(dict(held.metadata)), "findings": Jsonb([asdict(one) for one in held.findings])}
        async with self._writer.transaction("hold document") as connection:
            await connection.execute(HOLD, values)
            await overtake(connection, [(corpus.id, held.source_id)])

    async def drop(self, corpus: Corpus, source_id: str) -> None:
        """Forget the document, whoever wrote it."""
        async with self._writer.transaction("drop held document") as connection:
            await connection.execute(DROP, [corpus.id, source_id])

    async def page(self, corpus: Corpus, author: Author, after: str, limit: int) -> Sequence[Held]:
        """Return the next held documents after that id, by id."""
        return await self._held("list held documents", PAGE, corpus, author, {"after": after, "limit": limit})

    async def some(self, corpus: Corpus, author: Author, source_ids: Sequence[str]) -> Sequence[Held]:
        """Return those of the documents that are held."""
        return await self._held("read held documents", SOME, corpus, author, {"source_ids": list(source_ids)})

    async def discard(self, corpus: Corpus, author: Author, source_ids: Sequence[str]) -> int:
        """Forget held documents; return how many there were."""
        values = {**_mine(corpus, author), "source_ids": list(source_ids)}
        async with self._writer.transaction("discard held documents") as connection:
            return (await connection.execute(DISCARD, values)).rowcount

    async def _held(
        self, step: str, question: str, corpus: Corpus, author: Author, more: dict[str, Any]
    ) -> Sequence[Held]:
        async with call(step, self._seconds), self._pool.connection() as connection:
            rows = await (await connection.execute(question, _mine(corpus, author) | more)).fetchall()
        return [_read(row) for row in rows]


async def release(connection: Connection, batch: Batch) -> None:
    """Forget held versions of documents that become visible or go. Runs inside the caller's transaction."""
    changed = [(draft.corpus.id, draft.source_id) for draft in batch.drafts if not draft.rebuilds]
    changed += [(removal.corpus.id, removal.source_id) for removal in batch.removals]
    if changed:
        await connection.execute(RELEASE, [list(column) for column in zip(*changed, strict=True)])


def _mine(corpus: Corpus, author: Author) -> dict[str, Any]:
    return {"corpus": corpus.id, "groups": sorted(author.groups), "by": author.by}


def _read(row: DictRow) -> Held:
    return Held(
        source_id=row["source_id"],
        sha256=row["sha256"],
        size=row["size_bytes"],
        mime=row["mime"],
        title=row["title"],
        uri=row["uri"],
        groups=tuple(row["groups"]),
        metadata=row["metadata"],
        findings=tuple(
            Finding(Rule(one["rule"]), one["field"], one["why"], one["holds_back"]) for one in row["findings"]
        ),
        near_duplicate_of=row["twin"],
        by=row["written_by"],
        since=row["since"],
    )

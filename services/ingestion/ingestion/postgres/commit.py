"""The transaction that makes a batch visible.

Every statement says what it expects, and the batch fails as a whole when one finds something else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from chassis.errors import Aborted
from ingestion.committing.ports import QuotaExceeded
from ingestion.committing.words import Batch, Draft, Removal
from ingestion.corpora.settings import CorpusSettings
from ingestion.postgres.calls import Connection
from ingestion.postgres.keeping.traces import overtake
from ingestion.postgres.placing import place, retire
from ingestion.postgres.quarantine import release
from ingestion.postgres.signatures import sign

__all__ = ["commit"]

CONFIRM = """
delete from forebay.surplus s using unnest(%s::uuid[], %s::bigint[]) as ours (document_id, generation)
where s.document_id = ours.document_id and s.generation = ours.generation and not s.claimed
"""
INDEXES = """
select i.id from forebay.indexes i join unnest(%s::uuid[], %s::text[]) as ours (id, state)
on i.id = ours.id and i.state = ours.state for share of i
"""
ADD = """
insert into forebay.documents (id, corpus_id, tenant, source_id, title, uri, mime, sha256, size_bytes, fingerprint,
    groups, metadata, generation, written_by)
values (%(id)s, %(corpus_id)s, %(tenant)s, %(source_id)s, %(title)s, %(uri)s, %(mime)s, %(sha256)s, %(size_bytes)s,
    %(fingerprint)s, %(groups)s, %(metadata)s, %(generation)s, %(written_by)s)
"""
REPLACE = """
update forebay.documents set title = %(title)s, uri = %(uri)s, mime = %(mime)s, sha256 = %(sha256)s,
    size_bytes = %(size_bytes)s, fingerprint = %(fingerprint)s, groups = %(groups)s, metadata = %(metadata)s,
    generation = %(generation)s, written_by = %(written_by)s, updated_at = now()
where id = %(id)s and generation = %(replaces)s
"""
UNCHANGED = """
select d.id from forebay.documents d join unnest(%s::uuid[], %s::bigint[]) as ours (id, generation)
on d.id = ours.id and d.generation = ours.generation for share of d
"""
REMOVE = """
delete from forebay.documents d using unnest(%s::uuid[], %s::bigint[]) as gone (id, generation)
where d.id = gone.id and d.generation = gone.generation
"""
SIZES = """
select corpus_id, count(*) as documents, sum(size_bytes)::bigint as bytes
from forebay.documents where id = any(%s) group by corpus_id
"""
RAISE = """
update forebay.corpora set version = version + %(versions)s, document_count = document_count + %(documents)s,
    byte_total = byte_total + %(bytes)s, updated_at = now()
where id = %(id)s and deleted_at is null
returning version, document_count, byte_total, settings
"""


async def commit(connection: Connection, batch: Batch) -> Mapping[UUID, int]:
    """Return the version of each corpus in the batch. Runs inside the caller's transaction."""
    puts = [draft for draft in batch.drafts if not draft.rebuilds]
    old = await _sizes(connection, [draft.id for draft in puts] + [removal.known.id for removal in batch.removals])
    await retire(connection, batch)
    if batch.drafts:
        await _confirm(connection, batch.drafts)
        await _write(connection, puts)
        await place(connection, batch.drafts)
        await sign(connection, puts)
    await release(connection, batch)
    await overtake(connection, [(draft.corpus.id, draft.source_id) for draft in puts])
    if batch.removals:
        await _remove(connection, batch.removals)
    new, visible = _gains(puts), {corpus.id for corpus in batch.corpora}
    corpora = dict.fromkeys([draft.corpus.id for draft in batch.drafts] + [gone.corpus.id for gone in batch.removals])
    return {
        corpus: await _raise(connection, corpus, _difference(new[corpus], old[corpus]), versions=corpus in visible)
        for corpus in corpora
    }


async def _confirm(connection: Connection, drafts: Sequence[Draft]) -> None:
    await _all(connection, CONFIRM, [(draft.id, draft.generation) for draft in drafts])
    await _all(connection, INDEXES, list({(draft.index.id, draft.index.state.value) for draft in drafts}))
    rebuilt = {(draft.id, draft.source_generation) for draft in drafts if draft.rebuilds}
    await _all(connection, UNCHANGED, list(rebuilt))


async def _write(connection: Connection, puts: Sequence[Draft]) -> None:
    async with connection.cursor() as cursor:
        if new := [_columns(draft) for draft in puts if draft.replaces is None]:
            await cursor.executemany(ADD, new)
        if changed := [_columns(draft) for draft in puts if draft.replaces is not None]:
            await cursor.executemany(REPLACE, changed)
            if cursor.rowcount != len(changed):
                raise Aborted("a document was changed by somebody else meanwhile")


async def _remove(connection: Connection, removals: Sequence[Removal]) -> None:
    await _all(connection, REMOVE, [(removal.known.id, removal.known.generation) for removal in removals])


async def _all(connection: Connection, statement: str, keys: Sequence[tuple[object, object]]) -> None:
    """Run the statement over pairs; raise when one of them finds no row."""
    if not keys:
        return
    columns = [list(column) for column in zip(*keys, strict=True)]
    if (await connection.execute(statement, columns)).rowcount != len(keys):
        raise Aborted("a document or its index was changed by somebody else meanwhile")


async def _sizes(connection: Connection, documents: Sequence[UUID]) -> Mapping[UUID, Counter[str]]:
    rows = await (await connection.execute(SIZES, [list(documents)])).fetchall()
    sizes = {row["corpus_id"]: Counter(documents=row["documents"], bytes=row["bytes"]) for row in rows}
    return _OrNothing(sizes)


def _gains(puts: Sequence[Draft]) -> Mapping[UUID, Counter[str]]:
    gains = _OrNothing({draft.corpus.id: Counter() for draft in puts})
    for draft in puts:
        gains[draft.corpus.id].update(documents=1, bytes=draft.size)
    return gains


class _OrNothing(dict[UUID, "Counter[str]"]):
    def __missing__(self, corpus: UUID) -> Counter[str]:
        return Counter()


def _difference(new: Counter[str], old: Counter[str]) -> dict[str, int]:
    return {what: new[what] - old[what] for what in ("documents", "bytes")}


async def _raise(connection: Connection, corpus: UUID, change: Mapping[str, int], *, versions: bool) -> int:
    values = {"id": corpus, "versions": int(versions), **change}
    row = await (await connection.execute(RAISE, values)).fetchone()
    if row is None:
        raise Aborted("the corpus is gone")
    settings = CorpusSettings.model_validate(row["settings"])
    if change["documents"] > 0 and 0 < settings.max_documents < row["document_count"]:
        raise QuotaExceeded(f"the corpus may hold {settings.max_documents} documents, and holds them")
    if change["bytes"] > 0 and 0 < settings.max_bytes < row["byte_total"]:
        raise QuotaExceeded(f"the corpus may hold {settings.max_bytes} bytes of originals; this one is too much")
    version: int = row["version"]
    return version


def _columns(draft: Draft) -> dict[str, Any]:
    return {
        "id": draft.id,
        "corpus_id": draft.corpus.id,
        "tenant": draft.corpus.tenant,
        "source_id": draft.source_id,
        "title": draft.title,
        "uri": draft.uri,
        "mime": draft.mime,
        "sha256": draft.sha256,
        "size_bytes": draft.size,
        "fingerprint": draft.fingerprint,
        "groups": list(draft.groups),
        "metadata": Jsonb(dict(draft.metadata)),
        "generation": draft.generation,
        "written_by": draft.by,
        "replaces": draft.replaces.generation if draft.replaces else None,
    }

"""Every place of the ledger that may hold something of a document, and how it is removed from there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from ingestion.erasing.words import name_of
from ingestion.postgres.calls import Connection

__all__ = ["OF_DOCUMENTS", "OF_ID", "SCRUB", "overtake"]

SCRUB: Final = (
    "delete from forebay.chunks where document_id = any(%(documents)s)",
    "delete from forebay.signatures where document_id = any(%(documents)s)",
    "delete from forebay.quarantine where corpus_id = %(corpus)s and source_id = %(source)s",
    """
    update forebay.quarantine set near_duplicate_of = ''
    where corpus_id = %(corpus)s and near_duplicate_of = %(source)s
    """,
    """
    update forebay.shards s set refusals = (
        select coalesce(jsonb_agg(r.refusal order by r.place), '[]')
        from jsonb_array_elements(s.refusals) with ordinality as r (refusal, place)
        where r.refusal ->> 0 <> %(source)s)
    from forebay.jobs j
    where j.id = s.job_id and j.tenant = %(tenant)s and j.corpus = %(name)s
        and s.refusals @> jsonb_build_array(jsonb_build_array(%(source)s::text))
    """,
)
"""Run for a document that is not visible: what counts in an index was counted out when it was hidden."""

OF_DOCUMENTS: Final[Mapping[str, str]] = {
    "documents": "select count(*) as found from forebay.documents where id = any(%(documents)s)",
    "placements": "select count(*) as found from forebay.placements where document_id = any(%(documents)s)",
    "chunks": "select count(*) as found from forebay.chunks where document_id = any(%(documents)s)",
    "signatures": "select count(*) as found from forebay.signatures where document_id = any(%(documents)s)",
    "index_failures": "select count(*) as found from forebay.index_failures where document_id = any(%(documents)s)",
}
"""Tables that know documents by our ids."""

OF_ID: Final[Mapping[str, str]] = {
    "documents.source_id": """
        select count(*) as found from forebay.documents where corpus_id = %(corpus)s and source_id = %(source)s
    """,
    "quarantine.source_id": """
        select count(*) as found from forebay.quarantine where corpus_id = %(corpus)s and source_id = %(source)s
    """,
    "quarantine.near_duplicate_of": """
        select count(*) as found from forebay.quarantine
        where corpus_id = %(corpus)s and near_duplicate_of = %(source)s
    """,
    "shards.refusals": """
        select count(*) as found from forebay.shards s
        join forebay.jobs j on j.id = s.job_id and j.tenant = %(tenant)s and j.corpus = %(name)s
        cross join jsonb_array_elements(s.refusals) as r (refusal) where r.refusal ->> 0 = %(source)s
    """,
}
"""Columns that know documents by their callers' ids."""

OVERTAKE: Final = """
update forebay.erasures e set overtaken_at = now(), source_id = null, documents = '{}', places = '[]', originals = '{}'
from unnest(%s::uuid[], %s::text[]) as came (corpus_id, document)
where e.corpus_id = came.corpus_id and e.document = came.document
    and e.finished_at is null and e.overtaken_at is null
"""


async def overtake(connection: Connection, came: Sequence[tuple[UUID, str]]) -> None:
    """Forget erasures that are not finished of documents that have come since. Runs inside the caller's transaction."""
    if came:
        corpora = [corpus for corpus, _ in came]
        await connection.execute(OVERTAKE, [corpora, [name_of(corpus, source) for corpus, source in came]])

"""What an index lacks: documents that it has not got, or has as they were.

Found page by page, by the caller's id: to look from the beginning for every page would read a corpus again and again.
"""

from __future__ import annotations

from typing import Any

from psycopg.rows import DictRow

from ingestion.indexing.words import Building, Stale
from ingestion.postgres.ledger import KNOWN, known_of

__all__ = ["STALE", "STANDING", "keys", "stale_of"]

_STALE = """
from forebay.documents d left join forebay.placements p on p.document_id = d.id and p.index_id = %(index)s
where d.corpus_id = %(corpus)s
    and (p.document_id is null or p.source_generation <> d.generation or p.pipeline <> %(pipeline)s)
"""
_FAILED = """
(select 1 from forebay.index_failures f
 where f.index_id = %(index)s and f.document_id = d.id and f.generation = d.generation)
"""
STALE = f"""
select d.source_id, d.title, d.uri, d.mime, d.sha256, d.size_bytes, d.groups, d.metadata,
    d.written_by, {KNOWN}
{_STALE} and not exists {_FAILED} and d.source_id > %(after)s order by d.source_id limit %(most)s
"""
STANDING = f"select count(*) as missing, count(*) filter (where exists {_FAILED}) as failed {_STALE}"


def keys(building: Building, pipeline: str) -> dict[str, Any]:
    """Return what the questions are asked with."""
    return {"index": building.index.id, "corpus": building.corpus.id, "pipeline": pipeline}


def stale_of(row: DictRow) -> Stale:
    """Read what is to be rebuilt from a row of `STALE`."""
    return Stale(
        known=known_of(row),
        source_id=row["source_id"],
        title=row["title"],
        uri=row["uri"],
        mime=row["mime"],
        sha256=row["sha256"],
        size=row["size_bytes"],
        groups=tuple(row["groups"]),
        metadata=row["metadata"],
        by=row["written_by"],
    )

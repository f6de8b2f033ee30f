"""In how many chunks of an index each term stands, kept right with every commit.

It is counted where chunks are put in place and where they are taken out, in the same transaction, so that it never
has to be counted from the beginning.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from uuid import UUID

from ingestion.committing.words import Draft
from ingestion.postgres.calls import Connection

__all__ = ["count_in", "count_out", "integers"]

ADD = """
insert into forebay.lexicon as l (index_id, term_id, df)
select %s, * from unnest(%s::int[], %s::bigint[])
on conflict (index_id, term_id) do update set df = l.df + excluded.df
"""
TAKE = """
with gone as (
    select g.index_id, t.term_id, count(*) as df
    from unnest(%s::uuid[], %s::uuid[], %s::bigint[]) as g (index_id, document_id, generation)
    join forebay.chunks c on c.document_id = g.document_id and c.generation = g.generation
    cross join unnest(c.term_ids) as t (term_id)
    group by g.index_id, t.term_id)
update forebay.lexicon l set df = l.df - gone.df from gone
where l.index_id = gone.index_id and l.term_id = gone.term_id
returning l.index_id, l.term_id, l.df
"""
DROP = """
delete from forebay.lexicon l using unnest(%s::uuid[], %s::int[]) as unused (index_id, term_id)
where l.index_id = unused.index_id and l.term_id = unused.term_id
"""


def integers(values: Iterable[int]) -> str:
    """Return an array as PostgreSQL reads it: the driver takes twenty times as long over a list."""
    return "{" + ",".join(map(str, values)) + "}"


async def count_in(connection: Connection, drafts: Sequence[Draft]) -> None:
    """Add the terms of new chunks."""
    by_index: dict[UUID, Counter[int]] = {}
    for draft in drafts:
        counts = by_index.setdefault(draft.index.id, Counter())
        for chunk in draft.chunks:
            counts.update(chunk.term_ids)
    for index, counts in by_index.items():
        # In order of the key, so that pages of the index are visited once.
        terms = sorted(counts)
        await connection.execute(ADD, [index, integers(terms), integers(counts[term] for term in terms)])


async def count_out(connection: Connection, generations: Sequence[tuple[UUID, UUID, int]]) -> None:
    """Take away the terms of chunks that are visible no more, given as (index, document, generation)."""
    columns = [list(column) for column in zip(*generations, strict=True)]
    rows = await (await connection.execute(TAKE, columns)).fetchall()
    if unused := [row for row in rows if row["df"] == 0]:
        await connection.execute(DROP, [[row["index_id"] for row in unused], [row["term_id"] for row in unused]])

"""A corpus becomes a pointer to an index; another index can be built beside the live one.

What an index was made with, its counts and its lexicon move from the corpus to its first index, which takes the
corpus's id so that rows in Milvus stay true. `docs/storage.md` says what each column means.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

UP = (
    """
    create table forebay.indexes (
        id          uuid primary key,
        corpus_id   uuid not null references forebay.corpora (id) on delete cascade,
        number      integer not null check (number > 0),
        settings    jsonb not null,
        collection  text not null,
        state       text not null check (state in ('live', 'building', 'kept', 'dropping')),
        switches    boolean not null default false,
        incomplete  boolean not null default false,
        chunk_count bigint not null default 0 check (chunk_count >= 0),
        term_total  bigint not null default 0 check (term_total >= 0),
        created_at  timestamptz not null default now(),
        updated_at  timestamptz not null default now(),
        unique (corpus_id, number)
    )
    """,
    "create unique index indexes_live on forebay.indexes (corpus_id) where state = 'live'",
    "create index indexes_unfinished on forebay.indexes (id) where state in ('building', 'dropping') or incomplete",
    """
    insert into forebay.indexes
        (id, corpus_id, number, settings, collection, state, chunk_count, term_total, created_at)
    select id, id, 1, settings, collection, 'live', chunk_count, term_total, created_at from forebay.corpora
    """,
    """
    create table forebay.placements (
        index_id          uuid not null references forebay.indexes (id),
        document_id       uuid not null references forebay.documents (id) on delete cascade,
        generation        bigint not null check (generation > 0),
        source_generation bigint not null check (source_generation > 0),
        pipeline          text not null,
        chunk_count       integer not null check (chunk_count > 0),
        term_total        bigint not null check (term_total >= 0),
        primary key (index_id, document_id)
    )
    """,
    "create index placements_document on forebay.placements (document_id)",
    """
    create table forebay.index_failures (
        index_id    uuid not null references forebay.indexes (id) on delete cascade,
        document_id uuid not null references forebay.documents (id) on delete cascade,
        generation  bigint not null check (generation > 0),
        reason      text not null,
        primary key (index_id, document_id)
    )
    """,
    """
    insert into forebay.placements
        (index_id, document_id, generation, source_generation, pipeline, chunk_count, term_total)
    select corpus_id, id, generation, generation, '1', chunk_count, term_total from forebay.documents
    """,
    "alter table forebay.documents drop column chunk_count, drop column term_total",
    "create index documents_age on forebay.documents (corpus_id, updated_at)",
    "alter table forebay.lexicon drop constraint lexicon_corpus_id_fkey",
    "alter table forebay.lexicon rename column corpus_id to index_id",
    """
    alter table forebay.lexicon add constraint lexicon_index_id_fkey
        foreign key (index_id) references forebay.indexes (id)
    """,
    """
    alter table forebay.corpora drop column chunk_count, drop column term_total, drop column collection,
        add column byte_total bigint not null default 0 check (byte_total >= 0),
        add column deleted_at timestamptz
    """,
    """
    update forebay.corpora c set settings = '{"schema_version": 1}',
        byte_total = (select coalesce(sum(d.size_bytes), 0) from forebay.documents d where d.corpus_id = c.id)
    """,
    "alter table forebay.corpora drop constraint corpora_tenant_name_key",
    "create unique index corpora_name on forebay.corpora (tenant, name) where deleted_at is null",
)

FOREIGN = """
select c.tenant || '/' || c.name from forebay.corpora c join forebay.indexes i on i.corpus_id = c.id
where c.deleted_at is null and i.state = 'live' and (i.id <> c.id or exists (
    select 1 from forebay.documents d where d.corpus_id = c.id and not exists (
        select 1 from forebay.placements p
        where p.index_id = i.id and p.document_id = d.id and p.source_generation = d.generation)))
order by 1
"""
"""Corpora that the older release could not read: it knows the first index alone."""

DOWN = (
    """
    insert into forebay.surplus (document_id, generation, collection, chunk_count)
    select p.document_id, p.generation, i.collection, p.chunk_count
    from forebay.placements p join forebay.indexes i on i.id = p.index_id join forebay.corpora c on c.id = i.corpus_id
    where i.id <> c.id or c.deleted_at is not null
    """,
    "delete from forebay.lexicon l using forebay.indexes i where i.id = l.index_id and i.id <> i.corpus_id",
    """
    delete from forebay.lexicon l using forebay.corpora c where c.id = l.index_id and c.deleted_at is not null
    """,
    "delete from forebay.placements p using forebay.indexes i where i.id = p.index_id and i.id <> i.corpus_id",
    "delete from forebay.documents d using forebay.corpora c where c.id = d.corpus_id and c.deleted_at is not null",
    "delete from forebay.indexes i where i.id <> i.corpus_id",
    "delete from forebay.indexes i using forebay.corpora c where c.id = i.id and c.deleted_at is not null",
    "delete from forebay.corpora where deleted_at is not null",
    "drop index forebay.corpora_name",
    """
    alter table forebay.corpora add column chunk_count bigint not null default 0 check (chunk_count >= 0),
        add column term_total bigint not null default 0 check (term_total >= 0), add column collection text
    """,
    """
    update forebay.corpora c set settings = i.settings, collection = i.collection, chunk_count = i.chunk_count,
        term_total = i.term_total
    from forebay.indexes i where i.id = c.id
    """,
    """
    alter table forebay.corpora alter column collection set not null, drop column byte_total, drop column deleted_at,
        add constraint corpora_tenant_name_key unique (tenant, name)
    """,
    """
    alter table forebay.documents add column chunk_count integer not null default 1 check (chunk_count > 0),
        add column term_total bigint not null default 0 check (term_total >= 0)
    """,
    """
    update forebay.documents d
    set generation = p.generation, chunk_count = p.chunk_count, term_total = p.term_total
    from forebay.placements p where p.document_id = d.id
    """,
    "alter table forebay.documents alter column chunk_count drop default, alter column term_total drop default",
    "drop index forebay.documents_age",
    "drop table forebay.index_failures",
    "drop table forebay.placements",
    "alter table forebay.lexicon drop constraint lexicon_index_id_fkey",
    "alter table forebay.lexicon rename column index_id to corpus_id",
    """
    alter table forebay.lexicon add constraint lexicon_corpus_id_fkey
        foreign key (corpus_id) references forebay.corpora (id)
    """,
    "drop table forebay.indexes",
)


def upgrade() -> None:
    """Make the tables and move what was there."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Go back to one index a corpus; refuse when that would lose documents."""
    if foreign := [row[0] for row in op.get_bind().exec_driver_sql(FOREIGN)]:
        raise RuntimeError(f"switch these corpora back to their first, complete index before: {', '.join(foreign)}")
    for statement in DOWN:
        op.execute(statement)

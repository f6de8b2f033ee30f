"""Corpora, documents, chunks and what is counted of them.

`docs/storage.md` says what each column means.
"""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

CORPORA = """
create table forebay.corpora (
    id             uuid primary key,
    tenant         text not null check (char_length(tenant) between 1 and 64),
    name           text not null check (name ~ '^[a-z0-9][a-z0-9._-]{0,63}$'),
    settings       jsonb not null,
    collection     text not null,
    version        bigint not null default 0 check (version >= 0),
    document_count bigint not null default 0 check (document_count >= 0),
    chunk_count    bigint not null default 0 check (chunk_count >= 0),
    term_total     bigint not null default 0 check (term_total >= 0),
    created_at     timestamptz not null default now(),
    updated_at     timestamptz not null default now(),
    unique (tenant, name)
)
"""

DOCUMENTS = """
create table forebay.documents (
    id          uuid primary key,
    corpus_id   uuid not null references forebay.corpora (id),
    tenant      text not null,
    source_id   text collate "C" not null check (char_length(source_id) between 1 and 512),
    title       text not null check (char_length(title) <= 512),
    uri         text not null default '' check (char_length(uri) <= 2048),
    mime        text not null,
    sha256      text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    size_bytes  bigint not null check (size_bytes > 0),
    fingerprint text not null,
    groups      text[] not null check (cardinality(groups) between 1 and 64),
    metadata    jsonb not null default '{}',
    generation  bigint not null check (generation > 0),
    chunk_count integer not null check (chunk_count > 0),
    term_total  bigint not null check (term_total >= 0),
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    unique (corpus_id, source_id)
)
"""

CHUNKS = """
create table forebay.chunks (
    document_id  uuid not null,
    generation   bigint not null,
    ordinal      integer not null check (ordinal >= 0),
    text         text not null,
    headings     text[] not null default '{}',
    start_offset integer not null check (start_offset >= 0),
    end_offset   integer not null check (end_offset >= start_offset),
    tokens       integer not null check (tokens >= 0),
    terms        integer not null check (terms >= 0),
    term_ids     integer[] not null,
    primary key (document_id, generation, ordinal)
)
"""

# Room on each page lets a count that changes stay where it is, without a new index entry.
LEXICON = """
create table forebay.lexicon (
    corpus_id uuid not null references forebay.corpora (id),
    term_id   integer not null check (term_id >= 0),
    df        bigint not null check (df >= 0),
    primary key (corpus_id, term_id)
) with (fillfactor = 70)
"""

# No foreign key: a generation is announced before its document exists, and outlives a document that was deleted.
SURPLUS = """
create table forebay.surplus (
    document_id uuid not null,
    generation  bigint not null check (generation > 0),
    collection  text not null,
    chunk_count integer not null check (chunk_count > 0),
    since       timestamptz not null default now(),
    claimed     boolean not null default false,
    primary key (document_id, generation)
)
"""

INDEXES = ("create index surplus_since on forebay.surplus (since)",)


def upgrade() -> None:
    """Make the tables."""
    for statement in (CORPORA, DOCUMENTS, CHUNKS, LEXICON, SURPLUS, *INDEXES):
        op.execute(statement)


def downgrade() -> None:
    """Drop them with everything they hold."""
    for table in ("surplus", "lexicon", "chunks", "documents", "corpora"):
        op.execute(f"drop table forebay.{table}")

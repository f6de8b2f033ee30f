"""Records of documents that were erased.

`docs/erasing.md` says what each column means.
"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# No foreign keys: a record outlives its corpus.
ERASURES = """
create table forebay.erasures (
    id           uuid primary key,
    tenant       text not null,
    corpus_id    uuid not null,
    corpus       text not null,
    document     text not null check (document ~ '^[0-9a-f]{64}$'),
    asked_by     text not null,
    asked_at     timestamptz not null default now(),
    source_id    text collate "C",
    documents    uuid[] not null default '{}',
    places       jsonb not null default '[]',
    originals    text[] not null default '{}',
    looks        jsonb not null default '[]',
    finished_at  timestamptz,
    overtaken_at timestamptz
)
"""

INDEXES = (
    """
    create unique index erasures_unfinished on forebay.erasures (corpus_id, document)
    where finished_at is null and overtaken_at is null
    """,
    "create index erasures_document on forebay.erasures (corpus_id, document, asked_at)",
)


def upgrade() -> None:
    """Make the table."""
    for statement in (ERASURES, *INDEXES):
        op.execute(statement)


def downgrade() -> None:
    """Drop it; the records are lost."""
    op.execute("drop table forebay.erasures")

"""Documents that are held back, what others are compared with, and who wrote what with which tools.

`docs/storage.md` says what each column means.
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

QUARANTINE = """
create table forebay.quarantine (
    corpus_id         uuid not null references forebay.corpora (id) on delete cascade,
    source_id         text collate "C" not null check (char_length(source_id) between 1 and 512),
    sha256            text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    size_bytes        bigint not null check (size_bytes > 0),
    mime              text not null,
    title             text not null,
    uri               text not null,
    groups            text[] not null check (cardinality(groups) between 1 and 64),
    metadata          jsonb not null,
    findings          jsonb not null,
    near_duplicate_of text not null default '',
    written_by        text not null,
    since             timestamptz not null default now(),
    primary key (corpus_id, source_id)
)
"""

# Every lookup reads the list of entries that are not yet in the index, so there is none.
SIGNATURES = """
create table forebay.signatures (
    document_id uuid primary key references forebay.documents (id) on delete cascade,
    corpus_id   uuid not null references forebay.corpora (id) on delete cascade,
    written_by  text not null,
    characters  integer not null check (characters > 0),
    signature   bytea not null,
    bands       bigint[] not null
)
"""

INDEXES = (
    "create index signatures_bands on forebay.signatures using gin (bands) with (fastupdate = off)",
    "create index signatures_corpus on forebay.signatures (corpus_id)",
)

WRITTEN = """
alter table forebay.placements
    add column parser         text not null default '',
    add column parser_version text not null default '',
    add column written_by     text not null default '',
    add column written_at     timestamptz not null default now()
"""

UNWRITTEN = """
alter table forebay.placements drop column parser, drop column parser_version, drop column written_by,
    drop column written_at
"""


def upgrade() -> None:
    """Make the tables and the columns."""
    for statement in (QUARANTINE, SIGNATURES, *INDEXES, WRITTEN):
        op.execute(statement)


def downgrade() -> None:
    """Drop them; what is held back is lost, and is put again by who wrote it."""
    op.execute(UNWRITTEN)
    op.execute("drop table forebay.signatures")
    op.execute("drop table forebay.quarantine")

"""Jobs and their shards.

`docs/bulk.md` says what each column means.
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# The corpus by its name: a job outlives a corpus that is deleted, and its shards then fail.
JOBS = """
create table forebay.jobs (
    id           uuid primary key,
    tenant       text not null check (char_length(tenant) between 1 and 64),
    name         text collate "C" not null check (name ~ '^[a-z0-9][a-z0-9._-]{0,63}$'),
    corpus       text not null,
    manifest     text not null check (char_length(manifest) between 1 and 2048),
    fingerprint  text not null,
    created_at   timestamptz not null default now(),
    cancelled_at timestamptz,
    unique (tenant, name)
)
"""

# Room on each page lets a shard that reports stay where it is.
SHARDS = """
create table forebay.shards (
    job_id       uuid not null references forebay.jobs (id) on delete cascade,
    ordinal      integer not null check (ordinal >= 0),
    start_byte   bigint not null check (start_byte >= 0),
    end_byte     bigint not null check (end_byte > start_byte),
    entries      integer not null check (entries > 0),
    sha256       bytea not null check (length(sha256) = 32),
    state        text not null default 'open' check (state in ('open', 'done', 'failed')),
    worker       text not null default '',
    lease        text,
    leased_until timestamptz not null default '-infinity',
    attempts     integer not null default 0,
    committed    bigint not null default 0 check (committed >= 0),
    unchanged    bigint not null default 0 check (unchanged >= 0),
    refused      bigint not null default 0 check (refused >= 0),
    others       bigint not null default 0 check (others >= 0),
    chunks       bigint not null default 0 check (chunks >= 0),
    refusals     jsonb not null default '[]',
    failure      text not null default '',
    started_at   timestamptz,
    ended_at     timestamptz,
    primary key (job_id, ordinal)
) with (fillfactor = 70)
"""

OPEN = "create index shards_open on forebay.shards (job_id, ordinal) where state = 'open'"


def upgrade() -> None:
    """Make the tables."""
    for statement in (JOBS, SHARDS, OPEN):
        op.execute(statement)


def downgrade() -> None:
    """Drop them with everything they hold."""
    for table in ("shards", "jobs"):
        op.execute(f"drop table forebay.{table}")

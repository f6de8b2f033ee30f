"""Resources, the snapshot that they make, and what was done to them."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

RESOURCES = """
create table forebay.control_resources (
    kind       text not null check (char_length(kind) between 1 and 64),
    name       text collate "C" not null check (char_length(name) between 1 and 128),
    spec       json not null,
    version    bigint not null check (version > 0),
    changed_at timestamptz not null default now(),
    primary key (kind, name)
)
"""

# One row: whoever makes the next version locks it.
STATE = """
create table forebay.control_state (
    one      boolean primary key default true check (one),
    version  bigint not null check (version >= 0),
    snapshot bytea not null
)
"""
NOTHING = "insert into forebay.control_state (version, snapshot) values (0, '')"

REVISIONS = """
create table forebay.control_revisions (
    version    bigint not null check (version > 0),
    kind       text not null,
    name       text collate "C" not null,
    before     json,
    after      json check (before is not null or after is not null),
    actor      text not null,
    tenant     text not null,
    made_at    timestamptz not null default now(),
    primary key (version, kind, name)
)
"""


def upgrade() -> None:
    """Make the tables."""
    for statement in (RESOURCES, STATE, NOTHING, REVISIONS):
        op.execute(statement)


def downgrade() -> None:
    """Drop them with everything they hold."""
    for table in ("control_revisions", "control_state", "control_resources"):
        op.execute(f"drop table forebay.{table}")

"""Records of requests, their texts, the heads and anchors of their chains, and usage as views.

`docs/records.md` says what each field means.
"""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    """
create table forebay.records (
    writer   text not null,
    sequence bigint not null check (sequence > 0),
    id       text not null,
    hash     text not null,
    body     jsonb not null,
    primary key (writer, sequence)
)
""",
    "create unique index records_id on forebay.records (id)",
    "create index records_trace on forebay.records ((body ->> 'trace'))",
    "create index records_begun on forebay.records (((body ->> 'begun')::bigint))",
    "create index records_tenant on forebay.records ((body ->> 'tenant'), ((body ->> 'begun')::bigint))",
    """
create table forebay.record_texts (
    id         text primary key,
    salt       bytea not null,
    question   text,
    answer     text,
    expires_at timestamptz not null
)
""",
    "create index record_texts_expiry on forebay.record_texts (expires_at)",
    """
create table forebay.record_heads (
    writer   text primary key,
    sequence bigint not null,
    hash     text not null
)
""",
    """
create table forebay.record_anchors (
    writer   text not null,
    sequence bigint not null,
    hash     text not null,
    at       timestamptz not null default now(),
    primary key (writer, sequence)
)
""",
)

REQUESTS = """
create view forebay.requests as
select
    id,
    body ->> 'trace' as trace,
    body ->> 'call' as call,
    body ->> 'tenant' as tenant,
    body ->> 'key' as key,
    body ->> 'corpus' as corpus,
    body ->> 'subject' as subject,
    (body ->> 'begun')::bigint as begun,
    to_timestamp((body ->> 'begun')::bigint / 1e6) as begun_at,
    (body ->> 'took')::bigint / 1e6 as seconds,
    body ->> 'outcome' as outcome,
    body ->> 'cache' as cache,
    (body ->> 'cost')::numeric as cost,
    (body ->> 'spared')::numeric as saved,
    body ->> 'currency' as currency
from forebay.records
"""

STEPS = """
create view forebay.request_steps as
select
    r.id,
    body ->> 'tenant' as tenant,
    body ->> 'key' as key,
    body ->> 'corpus' as corpus,
    (body ->> 'begun')::bigint as begun,
    body ->> 'currency' as currency,
    step.part,
    step.said ->> 'step' as step,
    step.said ->> 'model' as model,
    step.said ->> 'version' as version,
    (step.said ->> 'inferences')::bigint as inferences,
    (step.said ->> 'input_tokens')::bigint as input_tokens,
    (step.said ->> 'output_tokens')::bigint as output_tokens,
    (step.said ->> 'cost')::numeric as cost
from forebay.records r
cross join lateral (
    select 'spent' as part, said from jsonb_array_elements(body -> 'spent') as said
    union all
    select 'saved', said from jsonb_array_elements(body -> 'saved') as said
) as step
"""


def upgrade() -> None:
    """Create tables and views."""
    for statement in (*TABLES, REQUESTS, STEPS):
        op.execute(statement)


def downgrade() -> None:
    """Drop them, records included."""
    for view in ("request_steps", "requests"):
        op.execute(f"drop view forebay.{view}")
    for table in ("record_anchors", "record_heads", "record_texts", "records"):
        op.execute(f"drop table forebay.{table}")

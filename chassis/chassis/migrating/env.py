"""Run by Alembic for every migration; connection and history come from `chassis.migrating.schema`."""

from __future__ import annotations

from alembic import context

given = context.config.attributes
context.configure(
    connection=given["connection"],
    version_table=given["table"],
    version_table_schema="forebay",
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()

"""Run by Alembic for every migration; the connection comes from `ingestion.migrate`."""

from __future__ import annotations

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    version_table_schema="forebay",
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()

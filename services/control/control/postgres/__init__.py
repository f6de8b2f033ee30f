"""PostgreSQL: resources, snapshots, revisions, the bell, and who leads. The only package that knows psycopg."""

from __future__ import annotations

from control.postgres.bell import PostgresBell
from control.postgres.calls import pool
from control.postgres.lead import PostgresLead
from control.postgres.store import PostgresStore

__all__ = ["PostgresBell", "PostgresLead", "PostgresStore", "pool"]

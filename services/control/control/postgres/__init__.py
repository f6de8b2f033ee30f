"""PostgreSQL: resources, snapshots, revisions, and the bell. The only package that knows psycopg."""

from __future__ import annotations

from control.postgres.bell import PostgresBell
from control.postgres.calls import pool
from control.postgres.store import PostgresStore

__all__ = ["PostgresBell", "PostgresStore", "pool"]

"""PostgreSQL, read. The only package that knows psycopg."""

from __future__ import annotations

from retrieval.postgres.catalogue import Postgres, connections, postgres

__all__ = ["Postgres", "connections", "postgres"]

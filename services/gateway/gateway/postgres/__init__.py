"""PostgreSQL: where records are. The only package that knows psycopg."""

from __future__ import annotations

from gateway.postgres.audit import PostgresAudit
from gateway.postgres.calls import pool
from gateway.postgres.chains import PostgresChains
from gateway.postgres.recording import recording
from gateway.postgres.usage import PostgresUsage

__all__ = ["PostgresAudit", "PostgresChains", "PostgresUsage", "pool", "recording"]

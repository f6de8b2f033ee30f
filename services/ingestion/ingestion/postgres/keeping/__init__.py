"""What is to go, and what is left of it, in PostgreSQL."""

from __future__ import annotations

from ingestion.postgres.keeping.erasures import PostgresErasures
from ingestion.postgres.keeping.finding import PostgresKeeping

__all__ = ["PostgresErasures", "PostgresKeeping"]

"""The book of indexes in PostgreSQL: which there are, and what they lack."""

from __future__ import annotations

from ingestion.postgres.indexing.book import PostgresIndexes

__all__ = ["PostgresIndexes"]

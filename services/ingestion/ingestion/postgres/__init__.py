"""PostgreSQL: what is visible. The only package that knows psycopg."""

from __future__ import annotations

from ingestion.postgres.calls import pool
from ingestion.postgres.corpora import PostgresCorpora
from ingestion.postgres.indexing import PostgresIndexes
from ingestion.postgres.jobs import PostgresJobs
from ingestion.postgres.keeping import PostgresErasures, PostgresKeeping
from ingestion.postgres.ledger import PostgresLedger
from ingestion.postgres.quarantine import PostgresQuarantine
from ingestion.postgres.signatures import PostgresSignatures
from ingestion.postgres.writer import Writer, writer

__all__ = [
    "PostgresCorpora",
    "PostgresErasures",
    "PostgresIndexes",
    "PostgresJobs",
    "PostgresKeeping",
    "PostgresLedger",
    "PostgresQuarantine",
    "PostgresSignatures",
    "Writer",
    "pool",
    "writer",
]

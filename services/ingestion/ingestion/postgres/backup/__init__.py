"""The ledger as backups read and write it."""

from __future__ import annotations

from ingestion.postgres.backup.restoring import PostgresTarget
from ingestion.postgres.backup.saving import PostgresSource

__all__ = ["PostgresSource", "PostgresTarget"]

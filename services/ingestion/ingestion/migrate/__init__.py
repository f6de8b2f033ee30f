"""The shape of the database and its history."""

from __future__ import annotations

from ingestion.migrate.schema import migrate

__all__ = ["migrate"]

"""Brings a service's tables up to date: each service has revisions and a history of its own in one schema.

A service that keeps tables has a package `<service>.migrate` with a `HISTORY`, and depends on Alembic, SQLAlchemy and
psycopg; the chassis itself does not, for most services keep none.
"""

from __future__ import annotations

from chassis.migrating.history import History
from chassis.migrating.schema import answering, migrate

__all__ = ["History", "answering", "migrate"]

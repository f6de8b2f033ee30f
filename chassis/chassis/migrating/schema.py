"""Brings the database up to date.

Doing it again does nothing, and several may do it at once: the second waits for the first.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

import psycopg
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from chassis.migrating.history import History
from chassis.stores.locks import Lock

__all__ = ["answering", "migrate"]

LOOK_SECONDS: Final = 0.5


def answering(dsn: str, patience: float) -> None:
    """Return when PostgreSQL can be reached; raise `psycopg.OperationalError` when it cannot within the patience."""
    latest = time.monotonic() + patience
    while True:
        try:
            psycopg.connect(dsn, connect_timeout=5).close()
        except psycopg.OperationalError:
            if time.monotonic() >= latest:
                raise
            time.sleep(LOOK_SECONDS)
        else:
            return


def migrate(history: History, dsn: str, revision: str = "head", *, back: bool = False) -> None:
    """Take a service's tables forward to a revision, or back to one; all of it in one transaction."""
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(dsn))
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("version_locations", str(history.versions))
    config.set_main_option("path_separator", "newline")
    try:
        with engine.begin() as connection:
            connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": Lock.MIGRATION})
            connection.execute(text("create schema if not exists forebay"))
            config.attributes.update(connection=connection, table=history.table)
            (command.downgrade if back else command.upgrade)(config, revision)
    finally:
        engine.dispose()

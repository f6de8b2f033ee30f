"""The command line of migrations, one for all services."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from importlib import import_module

from chassis.migrating.history import History
from chassis.migrating.schema import answering, migrate
from chassis.stores.postgres import PostgresSettings


def main(services: Sequence[str] = ()) -> None:
    """Read the arguments and migrate these services, or else those that the arguments name."""
    parser = argparse.ArgumentParser(description="Bring tables up to date.")
    if not services:
        parser.add_argument("services", nargs="+", metavar="SERVICE", help="whose tables, in this order")
    parser.add_argument("--back-to", metavar="REVISION", help="go back to that revision; `base` drops everything")
    parser.add_argument("--patience", type=float, default=0, metavar="SECONDS", help="wait so long for PostgreSQL")
    given = parser.parse_args()
    dsn, revision = PostgresSettings().dsn.get_secret_value(), given.back_to
    answering(dsn, given.patience)
    for service in services or given.services:
        migrate(_history(service), dsn, revision or "head", back=revision is not None)


def _history(service: str) -> History:
    history = import_module(f"{service}.migrate").HISTORY
    if not isinstance(history, History):
        raise TypeError(f"{service}.migrate.HISTORY is no history")
    return history

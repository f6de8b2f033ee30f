"""`python -m ingestion.migrate`: brings the database up to date, before the service starts."""

from __future__ import annotations

import argparse

from ingestion.migrate.schema import answering, migrate
from ingestion.settings import PostgresSettings


def main() -> None:
    """Read the arguments and migrate."""
    parser = argparse.ArgumentParser(prog="python -m ingestion.migrate", description="Bring the database up to date.")
    parser.add_argument("--back-to", metavar="REVISION", help="go back to that revision; `base` drops everything")
    parser.add_argument("--patience", type=float, default=0, metavar="SECONDS", help="wait so long for PostgreSQL")
    given = parser.parse_args()
    dsn, revision = PostgresSettings().dsn.get_secret_value(), given.back_to
    answering(dsn, given.patience)
    migrate(dsn, revision or "head", back=revision is not None)


if __name__ == "__main__":
    main()

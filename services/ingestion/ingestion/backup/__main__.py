"""`python -m ingestion.backup save|restore`: backups of corpora, for who operates the stores."""

from __future__ import annotations

import argparse
import asyncio
import sys
from contextlib import suppress
from pathlib import Path

from chassis.errors import ServiceError
from chassis.stores.postgres import PostgresSettings
from ingestion.backup.folder import Folder
from ingestion.backup.restoring import Restorer
from ingestion.backup.saving import Saver
from ingestion.backup.words import Damaged
from ingestion.objects import ObjectOriginals
from ingestion.postgres import pool
from ingestion.postgres.backup import PostgresSource, PostgresTarget
from ingestion.settings import IngestionSettings, StoreSettings


def main() -> int:
    """Read the arguments, do it, and return the exit status: 1 with a sentence when it could not be done."""
    given = _parser().parse_args()
    try:
        asyncio.run(_save(given) if given.what == "save" else _restore(given))
    except ServiceError as failure:
        return _failed(failure.message)
    except (Damaged, OSError, ValueError) as failure:
        return _failed(str(failure))
    return 0


async def _save(given: argparse.Namespace) -> None:
    where, settings = StoreSettings(), IngestionSettings()
    originals = ObjectOriginals(where.objects_url, where.objects_timeout)
    async with pool(PostgresSettings().dsn.get_secret_value(), 2, settings.postgres_timeout) as reads:
        saver = Saver(PostgresSource(reads, settings.postgres_timeout), originals, Folder(given.folder))
        manifest = await saver.save(given.tenant, given.corpora)
    for corpus in manifest.corpora:
        left_out = f", {corpus.left_out} that went meanwhile left out" if corpus.left_out else ""
        _say(f"{corpus.name}: {corpus.documents} documents, {corpus.held} held back{left_out}")


async def _restore(given: argparse.Namespace) -> None:
    where, settings = StoreSettings(), IngestionSettings()
    originals = ObjectOriginals(where.objects_url, where.objects_timeout)
    async with pool(PostgresSettings().dsn.get_secret_value(), 2, settings.postgres_timeout) as writes:
        target = PostgresTarget(writes, settings.postgres_timeout)
        for one in await Restorer(Folder(given.folder), target, originals).restore(given.tenant, given.name):
            _say(f"{one.tenant}/{one.name}: {one.documents} documents; ingestion fills its index now")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ingestion.backup", description="Save and restore corpora.")
    whats = parser.add_subparsers(dest="what", required=True)
    save = whats.add_parser("save", help="save corpora of a tenant into an empty folder")
    save.add_argument("corpora", nargs="*", metavar="CORPUS", help="names; all of the tenant's by default")
    save.add_argument("--tenant", required=True)
    restore = whats.add_parser("restore", help="restore what a folder holds")
    restore.add_argument("--tenant", default="", help="to another tenant")
    restore.add_argument("--as", dest="name", default="", metavar="NAME", help="under another name; for one corpus")
    for what in (save, restore):
        what.add_argument("-f", "--folder", type=Path, required=True)
    return parser


def _say(line: str) -> None:
    with suppress(BrokenPipeError):
        sys.stdout.write(f"{line}\n")


def _failed(why: str) -> int:
    sys.stderr.write(f"{why}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())

"""`forebay apply` and `forebay diff`: make true what a file declares, or say what that would change."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from forebay.control.v1alpha1 import control_pb2 as pb

from chassis.errors import InvalidArgument
from forebay_client.aio import AsyncClient
from forebay_client.commands.connection import client
from forebay_client.commands.controlling.documents import ACTIONS, change_fields, difference
from forebay_client.commands.output import CONSOLE, AsJson, emit, failures, run

LARGEST = 1024 * 1024
"""Bytes that control takes at a time."""

File = Annotated[Path, typer.Option("--file", "-f", help="A file of YAML documents; - is standard input.")]
Prune = Annotated[bool, typer.Option("--prune", help="Delete resources of the file's kinds that it does not hold.")]


@dataclass(frozen=True, slots=True)
class How:
    """How a file is applied."""

    dry_run: bool
    prune: bool
    expected: int = 0


def apply(
    file: File,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")] = False,
    prune: Prune = False,
    expected_version: Annotated[int, typer.Option(min=0, help="Refuse unless all is at this version.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Make resources what a file declares: all of it, or nothing where a line is wrong."""
    manifest = _read(file)
    response = run(_applied(client(), manifest, str(file), How(dry_run, prune, expected_version)))
    if as_json:
        emit({"version": response.version, "dry_run": dry_run, "changes": [*map(change_fields, response.changes)]})
        return
    for change in response.changes:
        would = "would be " if dry_run else ""
        CONSOLE.print(f"{change.kind} {change.name}: {would}{ACTIONS[change.action]}", markup=False)
    CONSOLE.print(f"version {response.version}" if response.changes else f"nothing to do at version {response.version}")


def diff(file: File, *, prune: Prune = False, as_json: AsJson = False) -> None:
    """Show what `forebay apply` would change; the exit status is 1 when that is something."""
    response = run(_applied(client(), _read(file), str(file), How(dry_run=True, prune=prune)))
    if as_json:
        emit([*map(change_fields, response.changes)])
    else:
        for change in response.changes:
            CONSOLE.print(difference(change), markup=False)
    raise typer.Exit(1 if response.changes else 0)


def _read(file: Path) -> bytes:
    with failures():
        try:
            source = sys.stdin.buffer if str(file) == "-" else file.open("rb")
            with source:
                manifest = source.read(LARGEST + 1)
        except OSError as failure:
            raise InvalidArgument(f"{file} cannot be read: {failure.strerror}") from failure
        if len(manifest) > LARGEST:
            raise InvalidArgument(f"{file} has more than {LARGEST} bytes; cut it into several")
        return manifest


async def _applied(connection: AsyncClient, manifest: bytes, file: str, how: How) -> pb.ApplyResponse:
    async with connection as asking:
        return await asking.admin.apply(
            manifest, file=file, dry_run=how.dry_run, prune=how.prune, expected_version=how.expected
        )

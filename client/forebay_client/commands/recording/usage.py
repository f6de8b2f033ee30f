"""`forebay usage`: what was used, summed from the records of requests."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Final

import typer
from forebay.gateway.v1alpha1 import usage_pb2 as pb
from rich.table import Table

from forebay_client.aio import AsyncClient
from forebay_client.commands.connection import client
from forebay_client.commands.output import CONSOLE, AsJson, emit, run

FIGURES: Final = (
    "requests",
    "failed",
    "cached",
    "inferences",
    "input_tokens",
    "output_tokens",
    "cost",
    "saved",
    "currency",
)


class By(StrEnum):
    """What usage is summed by."""

    TENANT = "tenant"
    KEY = "key"
    MODEL = "model"
    CORPUS = "corpus"
    DAY = "day"
    MONTH = "month"


def usage(
    by: Annotated[list[By] | None, typer.Option(help="What to sum by; give it again for more.")] = None,
    *,
    since: Annotated[datetime | None, typer.Option(help="From this time in UTC; default: this month.")] = None,
    until: Annotated[datetime | None, typer.Option(help="Before this time in UTC; default: now.")] = None,
    tenant: Annotated[str, typer.Option(help="One tenant, for an operator; default: all that you may see.")] = "",
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV instead of a table.")] = False,
    as_json: AsJson = False,
) -> None:
    """Sum requests, tokens, inferences and money, by tenant, key, model, corpus, day or month."""
    parts = by or [By.MODEL]
    rows = run(_used(client(), parts, since, until, tenant))
    names = [part.value for part in parts]
    if as_json:
        for row in rows:
            emit(dict(zip(names, row.parts, strict=True)) | {figure: getattr(row, figure) for figure in FIGURES})
    elif as_csv:
        writer = csv.writer(sys.stdout)
        writer.writerows([[*names, *FIGURES], *map(_cells, rows)])
    else:
        CONSOLE.print(_table(names, rows))


def _cells(row: pb.UsageRow) -> list[str]:
    return [*row.parts, *(str(getattr(row, figure)) for figure in FIGURES)]


def _table(names: Sequence[str], rows: Sequence[pb.UsageRow]) -> Table:
    table = Table(*names)
    for figure in FIGURES:
        table.add_column(figure.replace("_", " "), justify="right")
    for row in rows:
        table.add_row(*_cells(row))
    return table


async def _used(
    connection: AsyncClient, by: Sequence[By], since: datetime | None, until: datetime | None, tenant: str
) -> Sequence[pb.UsageRow]:
    parts = [pb.UsageBy.Value(f"USAGE_BY_{part.name}") for part in by]
    begun, end = (time and time.replace(tzinfo=UTC) for time in (since, until))
    async with connection as asking:
        return await asking.records.usage(parts, begun=begun, until=end, tenant=tenant)

"""`forebay get`, `forebay delete` and `forebay history`."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import typer
from forebay.control.v1alpha1 import control_pb2 as pb
from rich.table import Table

from forebay_client.aio import AsyncClient
from forebay_client.commands.connection import client
from forebay_client.commands.controlling.documents import ACTIONS, as_yaml, change_fields, fields
from forebay_client.commands.keeping.asking import Yes, confirmed
from forebay_client.commands.output import CONSOLE, AsJson, emit, run

Kind = Annotated[str, typer.Argument(help="Tenant, Key, Policy, PriceList, Route, Prompt or Issuer.")]
Name = Annotated[str, typer.Argument(help="The resource's name.")]
AnyKind = Annotated[str, typer.Argument(help="Of this kind alone.")]
AnyName = Annotated[str, typer.Argument(help="Of this name alone.")]


class Form(StrEnum):
    """How resources are printed."""

    table = "table"
    yaml = "yaml"
    json = "json"


def get(
    kind: Annotated[str, typer.Argument(help="The kind; without one, all resources.")] = "",
    name: AnyName = "",
    *,
    output: Annotated[Form, typer.Option("--output", "-o", help="yaml can be applied again.")] = Form.table,
) -> None:
    """Show resources; JSON has one a line."""
    resources = run(_got(client(), kind, name))
    if output is Form.yaml:
        typer.echo(as_yaml(resources), nl=False)
    elif output is Form.json:
        for each in resources:
            emit(fields(each))
    else:
        table = Table("kind", "name", "version", "changed")
        for each in resources:
            table.add_row(each.kind, each.name, str(each.version), each.change_time.ToJsonString())
        CONSOLE.print(table)


def delete(kind: Kind, name: Name, *, yes: Yes = False, as_json: AsJson = False) -> None:
    """Delete a resource."""
    confirmed(f"Delete {kind} {name}?", yes=yes)
    deleted = run(_deleted(client(), kind, name))
    if as_json:
        emit({"kind": kind, "name": name, "deleted": deleted})
    else:
        CONSOLE.print(f"{kind} {name}: {'deleted' if deleted else 'was not there'}", markup=False)


def history(
    kind: AnyKind = "",
    name: AnyName = "",
    *,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="The most revisions.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Show what was changed, by whom and when, the newest first; JSON has one revision a line."""
    revisions = run(_revisions(client(), kind, name, limit))
    if as_json:
        for each in revisions:
            emit(_revision(each))
        return
    table = Table("version", "time", "by", "what")
    for each in revisions:
        actor = f"{each.tenant}/{each.actor}" if each.tenant else each.actor
        shown = [f"{change.kind} {change.name} {ACTIONS[change.action]}" for change in each.changes[:10]]
        more = [f"and {len(each.changes) - 10} more"] if len(each.changes) > 10 else []  # noqa: PLR2004 - lines of a cell
        table.add_row(str(each.version), each.time.ToJsonString(), actor, "\n".join(shown + more))
    CONSOLE.print(table)


def _revision(revision: pb.Revision) -> dict[str, object]:
    return {
        "version": revision.version,
        "time": revision.time.ToJsonString(),
        "actor": revision.actor,
        "tenant": revision.tenant,
        "changes": [*map(change_fields, revision.changes)],
    }


async def _got(connection: AsyncClient, kind: str, name: str) -> Sequence[pb.Resource]:
    async with connection as asking:
        return await asking.admin.resources(kind, name)


async def _deleted(connection: AsyncClient, kind: str, name: str) -> bool:
    async with connection as asking:
        return await asking.admin.delete(kind, name)


async def _revisions(connection: AsyncClient, kind: str, name: str, limit: int) -> Sequence[pb.Revision]:
    async with connection as asking:
        return await asking.admin.revisions(kind, name, limit=limit)

"""`forebay keys`: make, list, rotate and revoke API keys."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any

import typer
from forebay.control.v1alpha1 import keys_pb2 as pb
from rich.table import Table

from forebay_client.aio import AsyncClient
from forebay_client.commands.connection import client
from forebay_client.commands.filling.durations import seconds
from forebay_client.commands.keeping.asking import Yes, confirmed
from forebay_client.commands.output import CONSOLE, NOTES, AsJson, emit, emit_message, run

app = typer.Typer(help="Make, list, rotate and revoke API keys.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(help="The key's id: what stands between fb_ and the next _.")]


@app.command()
def create(
    id: Annotated[str, typer.Argument(help="The key's id; without one, one is made up.")] = "",  # noqa: A002 - its name
    *,
    role: Annotated[list[str], typer.Option(help="read, write, admin or operator; may be repeated.")],
    group: Annotated[list[str] | None, typer.Option(help="A group of readers; may be repeated.")] = None,
    tenant: Annotated[str, typer.Option(help="Whose key it is; without one, your tenant's.")] = "",
    expires: Annotated[str, typer.Option(help="After how long it is good no more, such as 90d.")] = "",
    as_json: AsJson = False,
) -> None:
    """Make a key. Its secret is shown this once and kept nowhere."""
    lifetime = timedelta(seconds=seconds(expires)) if expires else None
    made = run(_created(client(), role, id=id, groups=group or [], tenant=tenant, lifetime=lifetime))
    _told(made.key, made.secret, as_json=as_json)


@app.command("list")
def list_(*, tenant: Annotated[str, typer.Option(help="Of this tenant alone.")] = "", as_json: AsJson = False) -> None:
    """List keys by id; JSON has one a line."""
    keys = run(_listed(client(), tenant))
    if as_json:
        for each in keys:
            emit_message(each)
        return
    table = Table("id", "tenant", "roles", "groups", "expires", "former secret until")
    for each in keys:
        former = each.former_expire_time.ToJsonString() if each.HasField("former_expire_time") else ""
        expires = each.expire_time.ToJsonString() if each.HasField("expire_time") else "never"
        table.add_row(each.id, each.tenant, ", ".join(each.roles), ", ".join(each.groups), expires, former)
    CONSOLE.print(table)


@app.command()
def rotate(
    id: Id,  # noqa: A002 - its name
    *,
    grace: Annotated[str, typer.Option(help="How long the present secret is good yet, such as 1h.")] = "",
    as_json: AsJson = False,
) -> None:
    """Give a key another secret, which is shown this once."""
    made = run(_rotated(client(), id, timedelta(seconds=seconds(grace))))
    _told(made.key, made.secret, as_json=as_json)


@app.command()
def revoke(id: Id, *, yes: Yes = False, as_json: AsJson = False) -> None:  # noqa: A002 - its name
    """End a key with all of its secrets, everywhere within a second."""
    confirmed(f"End the key {id}?", yes=yes)
    revoked = run(_revoked(client(), id))
    if as_json:
        emit({"id": id, "revoked": revoked})
    else:
        CONSOLE.print(f"{id}: {'revoked' if revoked else 'was not there'}", markup=False)


def _told(key: pb.Key, secret: str, *, as_json: bool) -> None:
    if as_json:
        emit({"id": key.id, "tenant": key.tenant, "secret": secret})
        return
    NOTES.print(f"the key {key.id} of {key.tenant}, shown this once:", markup=False)
    typer.echo(secret)


async def _created(connection: AsyncClient, roles: Sequence[str], **wanted: Any) -> pb.CreateKeyResponse:
    async with connection as asking:
        return await asking.admin.create_key(*roles, **wanted)


async def _listed(connection: AsyncClient, tenant: str) -> Sequence[pb.Key]:
    async with connection as asking:
        return await asking.admin.keys(tenant)


async def _rotated(connection: AsyncClient, identifier: str, grace: timedelta) -> pb.RotateKeyResponse:
    async with connection as asking:
        return await asking.admin.rotate_key(identifier, grace)


async def _revoked(connection: AsyncClient, identifier: str) -> bool:
    async with connection as asking:
        return await asking.admin.revoke_key(identifier)

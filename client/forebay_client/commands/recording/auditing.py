"""`forebay audit`: how an answer came about, whether anybody changed the records, and erasing texts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer
from forebay.gateway.v1alpha1 import audit_pb2 as pb

from forebay_client.aio import AsyncClient
from forebay_client.commands.connection import client
from forebay_client.commands.keeping.asking import Yes, confirmed
from forebay_client.commands.output import CONSOLE, NOTES, AsJson, emit, emit_message, run
from forebay_client.records.explaining import lines

app = typer.Typer(
    help="Records of requests: how an answer came about, and whether anybody changed them.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command()
def explain(
    id_: Annotated[str, typer.Argument(metavar="ID", help="The id of a request or of its trace.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Tell how a request was served: who asked, which sources, versions and models, what was used, what it cost."""
    for record in run(_found(client(), id_)):
        if as_json:
            emit(json.loads(record.json) | _where(record) | _texts(record))
            continue
        for line in lines(json.loads(record.json)):
            CONSOLE.print(line, markup=False)
        for what, text in _texts(record).items():
            CONSOLE.print(f"{what}: {text}", markup=False)
        CONSOLE.print(f"record {record.sequence} of chain {record.writer}, hash {record.hash}", markup=False)


@app.command()
def verify(
    anchors: Annotated[
        Path | None, typer.Option(help="Anchors that were kept elsewhere: lines of JSON, such as the gateways' logs.")
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Compute all chains of records anew; exit with 1 when any record was changed, removed, added or moved."""
    found = run(_verified(client(), list(kept(anchors)) if anchors else []))
    if as_json:
        emit_message(found)
    else:
        CONSOLE.print(f"{found.records} records in {found.chains} chains, {found.anchors} anchors")
        for fault in found.faults:
            NOTES.print(f"chain {fault.writer}, record {fault.sequence}: {fault.what}", markup=False)
        if not found.faults:
            CONSOLE.print("nobody changed anything")
    if found.faults:
        raise typer.Exit(1)


@app.command()
def erase(
    ids: Annotated[list[str] | None, typer.Argument(help="Ids of requests.")] = None,
    *,
    key: Annotated[str, typer.Option(help="All requests of this key or user.")] = "",
    tenant: Annotated[str, typer.Option(help="The tenant, for an operator.")] = "",
    yes: Yes = False,
) -> None:
    """Erase questions and answers for good; that they were asked stays recorded."""
    if bool(ids) == bool(key):
        raise typer.BadParameter("give either ids of requests or --key")
    confirmed(f"Erase the texts of {f'all requests of {key}' if key else f'{len(ids or [])} requests'}?", yes=yes)
    erased = run(_erased(client(), ids or [], key, tenant))
    CONSOLE.print(f"texts of {erased} requests erased")


def kept(path: Path) -> Iterator[pb.Anchor]:
    """Yield the anchors in a file of JSON lines; lines that are none are passed over."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            try:
                said = json.loads(line)
                yield pb.Anchor(writer=said["writer"], sequence=said["sequence"], hash=said["hash"])
            except (ValueError, KeyError, TypeError):
                continue


def _where(record: pb.Record) -> dict[str, object]:
    return {"writer": record.writer, "sequence": record.sequence, "hash": record.hash}


def _texts(record: pb.Record) -> dict[str, str]:
    question = {"question text": record.question} if record.HasField("question") else {}
    return question | ({"answer text": record.answer} if record.HasField("answer") else {})


async def _found(connection: AsyncClient, id_: str) -> Sequence[pb.Record]:
    async with connection as asking:
        return await asking.records.find(id_)


async def _verified(connection: AsyncClient, anchors: list[pb.Anchor]) -> pb.VerifyRecordsResponse:
    async with connection as asking:
        return await asking.records.verify(anchors)


async def _erased(connection: AsyncClient, ids: list[str], key: str, tenant: str) -> int:
    async with connection as asking:
        return await asking.records.erase(ids=ids, key=key, tenant=tenant)

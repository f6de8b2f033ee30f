"""`forebay quarantine`: what is held back, and what becomes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import aclosing
from typing import Annotated

import typer
from forebay.ingestion.v1alpha1 import ingestion_pb2 as ingestion
from forebay.ingestion.v1alpha1 import quarantine_pb2 as held

from forebay_client.aio import AsyncClient
from forebay_client.commands.connection import client
from forebay_client.commands.output import CONSOLE, NOTES, AsJson, Corpus, emit, emit_message, run
from forebay_client.quarantine import Mending

app = typer.Typer(
    help="Documents that break their corpus's contract: list them, put them again, or throw them away.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Ids = Annotated[list[str] | None, typer.Argument(help="Ids of held documents.")]


@app.command("list")
def list_(corpus: Corpus, *, as_json: AsJson = False) -> None:
    """List held documents with the reasons; as JSON, one line a document."""
    run(_listed(client(), corpus, as_json=as_json))


@app.command()
def replay(
    corpus: Corpus,
    ids: Ids = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="All that you may see.")] = False,
    title: Annotated[str, typer.Option(help="The new title.")] = "",
    mime_type: Annotated[str, typer.Option(help="The new media type.")] = "",
    set_: Annotated[list[str] | None, typer.Option("--set", help="NAME=VALUE of metadata to set.")] = None,
    remove: Annotated[list[str] | None, typer.Option(help="A name of metadata to take away.")] = None,
    as_json: AsJson = False,
) -> None:
    """Put held documents again, mended or after the contract was changed."""
    if bool(ids) == every:
        raise typer.BadParameter("give either ids or --all")
    mending = Mending(
        title=title, mime_type=mime_type, set_metadata=dict(map(_pair, set_ or [])), remove_metadata=remove or []
    )
    outcomes = run(_replayed(client(), corpus, ids or [], mending))
    counts = Counter(outcome.WhichOneof("outcome") for outcome in outcomes)
    if as_json:
        emit({"outcomes": dict(counts), "left": {one.document_id: _why(one) for one in outcomes if _why(one)}})
    else:
        CONSOLE.print(f"{counts['committed']} documents committed, {counts['quarantined']} held back again")
        for outcome in outcomes:
            if why := _why(outcome):
                NOTES.print(f"{outcome.document_id}: {why}", markup=False)
    if counts["committed"] < len(outcomes):
        raise typer.Exit(1)


@app.command()
def discard(corpus: Corpus, ids: Annotated[list[str], typer.Argument(help="Ids of held documents.")]) -> None:
    """Throw held documents away."""
    count = run(_discarded(client(), corpus, ids))
    CONSOLE.print(f"{count} documents thrown away")


async def _listed(connection: AsyncClient, corpus: str, *, as_json: bool) -> None:
    async with connection as asking, aclosing(asking.quarantine(corpus).documents()) as documents:
        async for document in documents:
            if as_json:
                emit_message(document)
            else:
                CONSOLE.print(document.document_id, markup=False)
                CONSOLE.print(f"     {_reasons(document.findings)}", style="dim", markup=False)


async def _replayed(
    connection: AsyncClient, corpus: str, ids: list[str], mending: Mending
) -> list[ingestion.PutDocumentsResponse]:
    async with connection as asking, aclosing(asking.quarantine(corpus).replay(ids, mending)) as outcomes:
        return [outcome async for outcome in outcomes]


async def _discarded(connection: AsyncClient, corpus: str, ids: list[str]) -> int:
    async with connection as asking:
        return await asking.quarantine(corpus).discard(ids)


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise typer.BadParameter("--set takes NAME=VALUE")
    return name, value


def _why(outcome: ingestion.PutDocumentsResponse) -> str:
    match outcome.WhichOneof("outcome"):
        case "quarantined":
            return _reasons(list(outcome.quarantined.findings))
        case "refused":
            return " ".join(filter(None, (outcome.refused.field, outcome.refused.reason)))
        case _:
            return ""


def _reasons(findings: Iterable[held.Finding]) -> str:
    return "; ".join(f"{finding.field} {finding.reason}" for finding in findings)

"""`forebay documents`: list, show, delete and erase documents, and list what was erased."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from forebay.ingestion.v1alpha1 import keeping_pb2 as ingestion
from forebay.retrieval.v1alpha1 import retrieval_pb2 as retrieval
from rich.table import Table

from forebay_client.aio import AsyncClient
from forebay_client.commands.connection import client
from forebay_client.commands.keeping.asking import Yes, confirmed
from forebay_client.commands.output import CONSOLE, AsJson, Corpus, emit, emit_message, run

app = typer.Typer(help="List, show, delete and erase documents, and list what was erased.", no_args_is_help=True)

Documents = Annotated[list[str], typer.Argument(help="The documents' ids.")]


@app.command("list")
def list_(corpus: Corpus, *, as_json: AsJson = False) -> None:
    """List the documents of a corpus by id; JSON has one a line."""
    run(_listed(client(), corpus, as_json=as_json))


@app.command()
def show(
    document: Annotated[str, typer.Argument(help="The document's id.")], corpus: Corpus, *, as_json: AsJson = False
) -> None:
    """Show what is known of one document."""
    found = run(_read(client(), corpus, document))
    if as_json:
        emit_message(found)
        return
    lines = {
        "id": found.id,
        "title": found.title,
        "uri": found.uri,
        "type": found.mime_type,
        "sha256": found.sha256,
        "bytes": found.size_bytes,
        "groups": ", ".join(found.groups),
        "metadata": ", ".join(f"{key}={value}" for key, value in sorted(found.metadata.items())),
        "generation": found.generation,
        "chunks": found.chunks,
        "committed": found.commit_time.ToJsonString(),
    }
    for what, value in lines.items():
        CONSOLE.print(f"{what:<10} {value}", markup=False)


@app.command()
def delete(
    corpus: Corpus,
    documents: Annotated[list[str] | None, typer.Argument(help="The documents' ids.")] = None,
    *,
    where: Annotated[str, typer.Option("--filter", help="Delete what matches, such as 'kind == \"draft\"'.")] = "",
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Delete documents by their ids, or all that match a filter."""
    if bool(documents) == bool(where):
        raise typer.BadParameter("give either the documents' ids or --filter")
    what = f"all documents that match {where}" if where else f"{len(documents or [])} documents"
    confirmed(f"Delete {what} from {corpus}?", yes=yes)
    deleted = run(_deleted(client(), corpus, documents or [], where))
    if as_json:
        emit({"corpus": corpus, "deleted": deleted})
    else:
        CONSOLE.print(f"{deleted} documents deleted")


@app.command()
def original(
    document: Annotated[str, typer.Argument(help="The document's id.")],
    corpus: Corpus,
    output: Annotated[Path, typer.Option("--output", "-o", help="The file to write.")],
) -> None:
    """Write a document as its writer sent it into a file."""
    part = output.with_name(f"{output.name}.part")
    try:
        with part.open("wb") as file:
            found = run(_saved(client(), corpus, document, file))
        part.rename(output)
    finally:
        part.unlink(missing_ok=True)
    CONSOLE.print(f"{found.id}: {found.size_bytes} bytes, {found.mime_type}", markup=False)


async def _saved(connection: AsyncClient, corpus: str, document: str, file: BinaryIO) -> retrieval.Document:
    async with connection as asking:
        return await asking.originals.save(document, file, corpus=corpus)


@app.command()
def erase(
    document: Annotated[str, typer.Argument(help="The document's id.")],
    corpus: Corpus,
    *,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Erase one document with all traces of it, and show where it was looked for afterwards."""
    confirmed(f"Erase {document} and all traces of it from {corpus}, for good?", yes=yes)
    record = run(_erased(client(), corpus, document))
    if as_json:
        emit_message(record)
        return
    _proven(record)


@app.command()
def erasures(
    corpus: Corpus,
    document: Annotated[str, typer.Option("--document", help="Those of one document, by its id.")] = "",
    *,
    proof: Annotated[bool, typer.Option("--proof", help="Show where it was looked for afterwards, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List erasures of a corpus, the newest first; JSON has one a line, with its proof. The corpus may be gone."""
    run(_records(client(), corpus, document, _emitted if as_json else (_proven if proof else _summed)))


def _emitted(record: ingestion.Erasure) -> None:
    emit_message(record)


def _summed(record: ingestion.Erasure) -> None:
    state = "finished" if record.HasField("finish_time") else "under way"
    state = "overtaken" if record.HasField("overtake_time") else state
    asked = f"{record.ask_time.ToJsonString()}  {record.asked_by}"
    CONSOLE.print(f"{record.id}  {state:<9}  {asked}  {record.document_sha256}", markup=False, soft_wrap=True)


def _proven(record: ingestion.Erasure) -> None:
    if record.looks:
        table = Table("store", "place", "looked for", "found", "shared with others")
        for look in record.looks:
            table.add_row(look.store, look.place, str(look.looked_for), str(look.found), str(look.shared))
        CONSOLE.print(table)
    _summed(record)


async def _records(
    connection: AsyncClient, corpus: str, document: str, shown: Callable[[ingestion.Erasure], None]
) -> None:
    async with connection as asking:
        async for record in asking.keeping.erasures(corpus=corpus, document_id=document):
            shown(record)


async def _erased(connection: AsyncClient, corpus: str, document: str) -> ingestion.Erasure:
    async with connection as asking:
        return await asking.keeping.erase_document(document, corpus=corpus)


async def _listed(connection: AsyncClient, corpus: str, *, as_json: bool) -> None:
    async with connection as asking:
        async for document in asking.documents(corpus=corpus):
            if as_json:
                emit_message(document)
            else:
                CONSOLE.print(f"{document.size_bytes:>10}  {document.chunks:>6}  {document.id}", markup=False)


async def _read(connection: AsyncClient, corpus: str, document: str) -> retrieval.Document:
    async with connection as asking:
        return await asking.document(document, corpus=corpus)


async def _deleted(connection: AsyncClient, corpus: str, documents: list[str], where: str) -> int:
    async with connection as asking:
        if where:
            return await asking.keeping.delete_documents(where, corpus=corpus)
        return sum([await asking.delete(document, corpus=corpus) for document in documents])

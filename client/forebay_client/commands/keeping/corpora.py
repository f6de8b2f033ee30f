"""`forebay corpora`: create, list, show, update and delete corpora."""

from __future__ import annotations

from typing import Annotated

import typer
from forebay.retrieval.v1alpha1 import corpora_pb2 as pb
from forebay.retrieval.v1alpha1 import retrieval_pb2 as retrieval
from rich.table import Table

from forebay_client.aio import AsyncClient
from forebay_client.commands.connection import client
from forebay_client.commands.keeping.asking import Yes, confirmed
from forebay_client.commands.output import CONSOLE, AsJson, emit, emit_message, run

app = typer.Typer(help="Create, list, show, update and delete corpora.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The corpus's name.")]
Retention = Annotated[int | None, typer.Option(help="Days after its last change when a document goes; 0: never.")]
MostDocuments = Annotated[int | None, typer.Option(help="The most documents; 0: no limit.")]
MostBytes = Annotated[int | None, typer.Option(help="The most bytes of originals; 0: no limit.")]


@app.command()
def create(
    name: Name,
    *,
    max_tokens: Annotated[int, typer.Option(help="The most tokens in a chunk, 32 to 256.")] = 0,
    whole_documents: Annotated[bool, typer.Option(help="One chunk a document.")] = False,
    retention_days: Retention = None,
    max_documents: MostDocuments = None,
    max_bytes: MostBytes = None,
    own_collection: Annotated[bool, typer.Option(help="Keep its vectors in a collection of their own.")] = False,
    as_json: AsJson = False,
) -> None:
    """Create a corpus; the same again does nothing."""
    chunking = retrieval.Chunking(max_tokens=max_tokens, whole_documents=whole_documents)
    settings = _with(pb.CorpusSettings(own_collection=own_collection), retention_days, max_documents, max_bytes)
    created = run(_created(client(), name, chunking, settings))
    if as_json:
        emit({"corpus": name, "created": created})
    else:
        CONSOLE.print(f"{name}: {'created' if created else 'was there already'}", markup=False)


@app.command("list")
def list_(*, as_json: AsJson = False) -> None:
    """List the corpora by name; JSON has one a line."""
    corpora = run(_listed(client()))
    if as_json:
        for corpus in corpora:
            emit_message(corpus)
        return
    table = Table("corpus", "documents", "chunks", "bytes", "index", "version")
    for each in corpora:
        numbers = (each.documents, each.chunks, each.size_bytes, each.index, each.version)
        table.add_row(each.name, *map(str, numbers))
    CONSOLE.print(table)


@app.command()
def show(name: Name, *, as_json: AsJson = False) -> None:
    """Show one corpus with its settings."""
    _shown(run(_read(client(), name)), as_json=as_json)


@app.command()
def update(
    name: Name,
    *,
    retention_days: Retention = None,
    max_documents: MostDocuments = None,
    max_bytes: MostBytes = None,
    as_json: AsJson = False,
) -> None:
    """Change settings of a corpus; what is not given stays."""
    _shown(run(_updated(client(), name, retention_days, max_documents, max_bytes)), as_json=as_json)


@app.command()
def delete(name: Name, *, yes: Yes = False, as_json: AsJson = False) -> None:
    """Delete a corpus with all of its documents."""
    confirmed(f"Delete the corpus {name} with all of its documents?", yes=yes)
    deleted = run(_deleted(client(), name))
    if as_json:
        emit({"corpus": name, "deleted": deleted})
    else:
        CONSOLE.print(f"{name}: {'deleted' if deleted else 'was not there'}", markup=False)


def _with(
    settings: pb.CorpusSettings, retention_days: int | None, max_documents: int | None, max_bytes: int | None
) -> pb.CorpusSettings:
    given = {"retention_days": retention_days, "max_documents": max_documents, "max_bytes": max_bytes}
    changed = pb.CorpusSettings()
    changed.CopyFrom(settings)
    for name, value in given.items():
        if value is None:
            continue
        try:
            setattr(changed, name, value)
        except ValueError as failure:
            raise typer.BadParameter(f"--{name.replace('_', '-')} {value} is out of range") from failure
    return changed


def _shown(corpus: retrieval.Corpus, *, as_json: bool) -> None:
    if as_json:
        emit_message(corpus)
        return
    model, settings = corpus.embedding_model, corpus.settings
    lines = {
        "corpus": corpus.name,
        "version": corpus.version,
        "documents": _of(corpus.documents, settings.max_documents),
        "bytes": _of(corpus.size_bytes, settings.max_bytes),
        "chunks": corpus.chunks,
        "index": f"{corpus.index}, by {model.name} {model.version}",
        "cut": "whole documents" if corpus.chunking.whole_documents else f"{corpus.chunking.max_tokens} tokens",
        "kept": f"{settings.retention_days} days" if settings.retention_days else "for ever",
        "collection": "its own" if settings.own_collection else "shared",
    }
    for what, value in lines.items():
        CONSOLE.print(f"{what:<10} {value}", markup=False)


def _of(count: int, most: int) -> str:
    return f"{count} of at most {most}" if most else str(count)


async def _created(
    connection: AsyncClient, name: str, chunking: retrieval.Chunking, settings: pb.CorpusSettings
) -> bool:
    async with connection as asking:
        return await asking.create_corpus(name, chunking, settings)


async def _listed(connection: AsyncClient) -> list[retrieval.Corpus]:
    async with connection as asking:
        return list(await asking.corpora())


async def _read(connection: AsyncClient, name: str) -> retrieval.Corpus:
    async with connection as asking:
        return await asking.corpus(name)


async def _updated(
    connection: AsyncClient, name: str, retention_days: int | None, max_documents: int | None, max_bytes: int | None
) -> retrieval.Corpus:
    async with connection as asking:
        now = (await asking.corpus(name)).settings
        wanted = _with(now, retention_days, max_documents, max_bytes)
        return await asking.keeping.update_corpus(name, wanted, expected=now)


async def _deleted(connection: AsyncClient, name: str) -> bool:
    async with connection as asking:
        return await asking.keeping.delete_corpus(name)

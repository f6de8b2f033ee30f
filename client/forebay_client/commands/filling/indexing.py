"""`forebay index`: another way of cutting and embedding a corpus, built beside the live one."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Annotated

import typer
from forebay.retrieval.v1alpha1 import indexes_pb2
from forebay.retrieval.v1alpha1 import retrieval_pb2 as retrieval
from rich.table import Table

from chassis.errors import FailedPrecondition
from forebay_client.aio import AsyncClient
from forebay_client.commands.connection import client
from forebay_client.commands.output import CONSOLE, AsJson, emit, emit_message, progress, run

POLL = 0.5
"""Seconds between two looks at an index that is waited for."""

Name = Annotated[str, typer.Argument(metavar="CORPUS", help="The corpus's name.")]
Number = Annotated[int, typer.Argument(metavar="NUMBER", min=1, help="The index's number.")]
Wait = Annotated[bool, typer.Option(help="Return when it is done, and show how far it is meanwhile.")]


@dataclass(frozen=True, slots=True)
class Making:
    """How another index is made; None and the empty string are as in the live one."""

    chunking: retrieval.Chunking | None
    embedding: str
    switches: bool


index = typer.Typer(
    help="Build another index of a corpus beside the live one, compare it, switch to it, go back, drop it.",
    no_args_is_help=True,
)


@index.command("list")
def list_(corpus: Name, *, as_json: AsJson = False) -> None:
    """Show a corpus's indexes and how far each is."""
    run(_list(client(), corpus, as_json=as_json))


@index.command()
def begin(
    corpus: Name,
    *,
    max_tokens: Annotated[int, typer.Option(help="Tokens in a chunk, 32 to 256; default: as in the live one.")] = 0,
    whole_documents: Annotated[bool, typer.Option(help="One chunk a document.")] = False,
    embedding: Annotated[str, typer.Option(help="Role of the embedding model; default: the live one's.")] = "",
    switch: Annotated[bool, typer.Option("--switch", help="Go live as soon as nothing is missing.")] = False,
    wait: Wait = True,
    as_json: AsJson = False,
) -> None:
    """Begin another index. Reads and writes go on with the live one."""
    cut = retrieval.Chunking(max_tokens=max_tokens, whole_documents=whole_documents)
    chunking = cut if max_tokens or whole_documents else None
    run(_begin(client(), corpus, Making(chunking, embedding, switch), wait=wait, as_json=as_json))


@index.command("switch")
def switch_(corpus: Name, number: Number, *, wait: Wait = True, as_json: AsJson = False) -> None:
    """Have an index go live as soon as it lacks nothing; also the way back to one that was live before."""
    run(_switch(client(), corpus, number, wait=wait, as_json=as_json))


@index.command()
def drop(corpus: Name, number: Number, *, as_json: AsJson = False) -> None:
    """Remove an index that is not live."""
    run(_drop(client(), corpus, number, as_json=as_json))


async def _list(connection: AsyncClient, corpus: str, *, as_json: bool) -> None:
    async with connection as asking:
        indexes, documents = await asking.indexes(corpus).all(), (await asking.corpus(corpus)).documents
    if as_json:
        for each in indexes:
            emit_message(each)
        return
    table = Table("index", "state", "model", "tokens", "documents", "failed", "chunks", box=None)
    for each in indexes:
        model = each.embedding_model
        cutting = "whole documents" if each.whole_documents else str(each.max_tokens)
        done = f"{each.documents} of {documents}"
        row = (str(each.number), _state(each), f"{model.name}@{model.version}", cutting, done)
        table.add_row(*row, str(each.failed), str(each.chunks))
    CONSOLE.print(table)


async def _begin(connection: AsyncClient, corpus: str, making: Making, *, wait: bool, as_json: bool) -> None:
    async with connection as asking:
        number = await asking.indexes(corpus).begin(
            chunking=making.chunking, embedding_role=making.embedding, switches=making.switches
        )
        live = await _built(asking, corpus, number, live=making.switches) if wait else False
    how = "is live" if live else "is built" if wait else "is being built"
    _say(as_json, {"index": number, "live": live}, f"index {number} of {corpus} {how}")


async def _switch(connection: AsyncClient, corpus: str, number: int, *, wait: bool, as_json: bool) -> None:
    async with connection as asking:
        live = await asking.indexes(corpus).switch(number)
        if wait and not live:
            live = await _built(asking, corpus, number, live=True)
    _say(as_json, {"index": number, "live": live}, f"index {number} of {corpus} {'is' if live else 'goes'} live")


async def _drop(connection: AsyncClient, corpus: str, number: int, *, as_json: bool) -> None:
    async with connection as asking:
        await asking.indexes(corpus).drop(number)
    _say(as_json, {"index": number, "dropped": True}, f"index {number} of {corpus} is dropped")


async def _built(asking: AsyncClient, corpus: str, number: int, *, live: bool) -> bool:
    """Wait until the index lacks nothing, or is live; raise when it cannot have some document."""
    with progress() as bar:
        task = bar.add_task(f"index {number}", total=None)
        while True:
            (one,) = [each for each in await asking.indexes(corpus).all() if each.number == number]
            documents = (await asking.corpus(corpus)).documents
            bar.update(task, completed=one.documents, total=documents)
            if one.failed:
                raise FailedPrecondition(f"index {number} cannot have {one.failed} of the documents")
            if one.state == indexes_pb2.INDEX_STATE_LIVE or (not live and one.documents >= documents):
                return one.state == indexes_pb2.INDEX_STATE_LIVE
            await asyncio.sleep(POLL)


def _state(one: indexes_pb2.Index) -> str:
    return indexes_pb2.IndexState.Name(one.state).removeprefix("INDEX_STATE_").lower()


def _say(as_json: bool, value: dict[str, object], sentence: str) -> None:  # noqa: FBT001 - the one choice of all
    if as_json:
        emit(value)
    else:
        CONSOLE.print(sentence)

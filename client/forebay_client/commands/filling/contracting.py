"""`forebay contract`: what a corpus demands of its documents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from forebay.ingestion.v1alpha1 import contract_pb2 as contracts
from google.protobuf.json_format import MessageToDict, Parse, ParseError

from chassis.errors import InvalidArgument
from forebay_client.aio import AsyncClient
from forebay_client.commands.connection import client
from forebay_client.commands.output import CONSOLE, Corpus, failures, run

app = typer.Typer(
    help="What a corpus demands of its documents: show it, or set it from a file.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

MOST_BYTES = 1_000_000


@app.command()
def show(corpus: Corpus) -> None:
    """Print a corpus's contract as JSON, in the form that `set` reads."""
    _print(run(_contract(client(), corpus)))


@app.command("set")
def set_(corpus: Corpus, file: Annotated[Path, typer.Argument(help="A contract as JSON.")]) -> None:
    """Set a corpus's contract from a file, from the next document on; print it with its defaults."""
    with failures():
        contract = read(file)
    _print(run(_set(client(), corpus, contract)))


def read(file: Path) -> contracts.Contract:
    """Return the contract in a file; raise `InvalidArgument` when there is none that can be understood."""
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidArgument(f"{file} cannot be read: it must be a file of text in UTF-8") from error
    if len(text) > MOST_BYTES:
        raise InvalidArgument(f"{file} is too long for a contract")
    try:
        return Parse(text, contracts.Contract())
    except (ParseError, RecursionError) as error:
        raise InvalidArgument(f"{file} is no contract: {error}") from error


async def _contract(connection: AsyncClient, corpus: str) -> contracts.Contract:
    async with connection as asking:
        return await asking.quarantine(corpus).contract()


async def _set(connection: AsyncClient, corpus: str, contract: contracts.Contract) -> contracts.Contract:
    async with connection as asking:
        return await asking.quarantine(corpus).set_contract(contract)


def _print(contract: contracts.Contract) -> None:
    fields = MessageToDict(contract, preserving_proto_field_name=True)
    CONSOLE.print(json.dumps(fields, ensure_ascii=False, indent=2), markup=False)

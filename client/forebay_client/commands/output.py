"""How commands speak: tables and bars for people, JSON for programs, and errors that say what to do."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Annotated, Any, TypeVar

import typer
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from chassis.errors import InvalidArgument, ServiceError, Unauthenticated, Unavailable

T = TypeVar("T")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Corpus = Annotated[str, typer.Option("--corpus", "-c", help="The corpus's name.")]

CONSOLE = Console(highlight=False, soft_wrap=True)
NOTES = Console(stderr=True, highlight=False, soft_wrap=True)


def emit(value: object) -> None:
    """Print one JSON value on a line of its own."""
    typer.echo(json.dumps(value, ensure_ascii=False))


def emit_message(message: Message, under: str = "") -> None:
    """Print a message of the contracts as one JSON value, with its default values; `under` wraps it in a name."""
    fields = MessageToDict(message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True)
    emit({under: fields} if under else fields)


def progress() -> Progress:
    """Return a bar on standard error; it is silent when nobody looks."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=NOTES, transient=True, disable=not NOTES.is_terminal)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a command's work; a failure ends the program with a sentence and exit status 1."""
    with failures():
        return asyncio.run(work)


@contextmanager
def failures() -> Iterator[None]:
    """Turn a failure into a sentence on standard error and exit status 1."""
    try:
        yield
    except ServiceError as failure:
        complain(failure)
        raise typer.Exit(1) from failure


def complain(failure: ServiceError) -> None:
    """Print a failure's sentence on standard error."""
    NOTES.print("[red]error:[/red] ", end="")
    NOTES.print(sentence(failure), markup=False)


def sentence(failure: ServiceError) -> str:
    """Say what happened and, where one can tell, what to do."""
    match failure:
        case InvalidArgument(violations=violations) if violations:
            return "; ".join(f"{violation.field}: {violation.why}" for violation in violations)
        case Unauthenticated():
            return f"{failure}; check FOREBAY_API_KEY"
        case Unavailable():
            return f"{failure}; `forebay status` tells what is not ready"
        case _:
            return str(failure) or type(failure).__name__

"""`forebay cache`: forget answers that could be given again."""

from __future__ import annotations

from typing import Annotated

import typer

from forebay_client.aio import AsyncClient
from forebay_client.commands.connection import client
from forebay_client.commands.keeping.asking import Yes, confirmed
from forebay_client.commands.output import CONSOLE, AsJson, emit, run

app = typer.Typer(help="Forget answers that could be given again.", no_args_is_help=True)


@app.callback()
def cache() -> None:
    """Forget answers that could be given again."""


@app.command()
def purge(
    *,
    corpus: Annotated[str, typer.Option(help="Only answers from this corpus.")] = "",
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Forget the answers of the key's tenant; needs a key with the role admin."""
    confirmed(f"Forget all answers from {corpus or 'every corpus'}?", yes=yes)
    answers = run(_purged(client(), corpus))
    if as_json:
        emit({"answers": answers})
    else:
        CONSOLE.print(f"{answers} answers forgotten", markup=False)


async def _purged(connection: AsyncClient, corpus: str) -> int:
    async with connection as open_:
        return await open_.keeping.caching.purge(corpus)

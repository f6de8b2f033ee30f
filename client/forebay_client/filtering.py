"""The option `--filter`: a mistake is shown where it stands, before anybody is asked."""

from __future__ import annotations

from typing import Annotated

import typer

from chassis.filters import Malformed, parsed

LONGEST_LINE = 60
"""Characters of a filter that are shown on each side of a mistake."""


def well_formed(text: str) -> str:
    """Return the filter; raise `BadParameter` with a mark under the mistake."""
    if text:
        try:
            parsed(text)
        except Malformed as mistake:
            raise typer.BadParameter(f"{mistake}\n\n{pointed(text, mistake.place)}") from mistake
    return text


def pointed(text: str, place: int) -> str:
    """Return what stands around a place, and on the next line a mark under it."""
    start = max(0, place - LONGEST_LINE)
    line = "".join(character if character.isprintable() else " " for character in text[start : place + LONGEST_LINE])
    return f"{line}\n{' ' * (place - start)}^"


Filter = Annotated[
    str,
    typer.Option("--filter", callback=well_formed, help="Which documents, such as 'lang == \"en\" and year >= 2020'."),
]

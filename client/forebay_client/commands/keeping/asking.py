"""Asks before something is gone for good."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["Yes", "confirmed"]

Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before.")]


def confirmed(what: str, *, yes: bool) -> None:
    """Go on when a person says so, or has said so; nobody there to ask is a no."""
    if not yes:
        typer.confirm(what, abort=True, err=True)

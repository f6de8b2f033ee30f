"""Durations as people write them."""

from __future__ import annotations

import re

import typer

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


def seconds(text: str) -> float:
    """Read `90s`, `10m`, `2h` or `1d`; an empty text is 0."""
    if not text:
        return 0.0
    found = re.fullmatch(r"(\d{1,6})([smhd])", text)
    if found is None or not int(found[1]):
        raise typer.BadParameter(f"{text!r} is no duration; write 90s, 10m, 2h or 1d")
    return float(int(found[1]) * UNITS[found[2]])

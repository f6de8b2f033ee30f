"""What stands above a Markdown document between two fences: YAML (`---`) or TOML (`+++`)."""

from __future__ import annotations

import re
import tomllib
from typing import Final

import yaml

from ingestion.parsing.text import one_line

__all__ = ["split"]

_FENCED: Final = re.compile(r"\s*(---|\+\+\+)[ \t]*\n(.*?\n)?(?:\1|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_MOST: Final = 65_536
_KEYS: Final = 64
_VALUE_LENGTH: Final = 1000


def split(text: str) -> tuple[dict[str, str], str]:
    """Return the metadata and the rest.

    Scalars and flat lists are kept, as text; whatever is nested is not. What does not parse is no front matter.
    """
    fenced = _FENCED.match(text, 0, _MOST)
    if not fenced:
        return {}, text
    found = _load(fenced.group(1), fenced.group(2) or "")
    return ({}, text) if found is None else (_flat(found), text[fenced.end() :])


def _load(fence: str, source: str) -> dict[object, object] | None:
    found: object
    try:
        # The base loader makes every scalar a string: no dates, no numbers, no objects, and nothing to exploit.
        found = tomllib.loads(source) if fence == "+++" else yaml.load(source, Loader=yaml.BaseLoader)  # noqa: S506
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    if found is None:
        return {}
    return dict(found) if isinstance(found, dict) else None


def _flat(found: dict[object, object]) -> dict[str, str]:
    kept: dict[str, str] = {}
    for key, value in list(found.items())[:_KEYS]:
        items = value if isinstance(value, list) else [value]
        if all(isinstance(item, str | int | float) for item in items):
            kept[one_line(str(key), 100)] = one_line(", ".join(map(str, items)), _VALUE_LENGTH)
    return kept

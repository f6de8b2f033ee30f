"""Regular expressions of callers, matched in time that grows with the text alone.

Python's own engine tries alternatives one after the other, so that a short pattern can hold a process for hours.
pydantic brings an engine that builds an automaton, refuses what needs more (look-around, back references), and limits
what a pattern may unfold into.
"""

from __future__ import annotations

from functools import lru_cache

from pydantic_core import SchemaError, SchemaValidator, ValidationError, core_schema

__all__ = ["fits", "flaw"]

_REMEMBERED = 64
"""Patterns; one may take megabytes."""


def flaw(pattern: str) -> str:
    """Return why a pattern cannot be used, or nothing."""
    try:
        # Alone first: a bracket that closes more than it opened would be mended by those put around it.
        _compiled(pattern)
        _compiled(_whole(pattern))
    except SchemaError as failure:
        return str(failure).rstrip().splitlines()[-1].removeprefix("error: ").strip()
    return ""


def fits(pattern: str, text: str) -> bool:
    """Return whether the whole text matches."""
    try:
        _compiled(_whole(pattern)).validate_python(text)
    except ValidationError:
        return False
    return True


def _whole(pattern: str) -> str:
    return rf"\A(?:{pattern})\z"


@lru_cache(maxsize=_REMEMBERED)
def _compiled(pattern: str) -> SchemaValidator:
    return SchemaValidator(core_schema.str_schema(pattern=pattern, regex_engine="rust-regex"))

"""What reads which format, and at which version: a document's origin is told with it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from ingestion.parsing.formats import Format

__all__ = ["Tool", "parser_of"]

OURS: Final = "forebay-ingestion"

_PARSERS: Final = {Format.MARKDOWN: "pyromark", Format.HTML: "selectolax", Format.PDF: "pypdfium2"}
"""The library that each format is read by; what is not here is read by ourselves."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A library and its version."""

    name: str
    version: str


@lru_cache(maxsize=64)
def parser_of(mime: str) -> Tool:
    """Return what reads documents of that type."""
    name = next((library for known, library in _PARSERS.items() if known == mime), OURS)
    try:
        return Tool(name, version(name))
    except PackageNotFoundError:
        return Tool(name, "")

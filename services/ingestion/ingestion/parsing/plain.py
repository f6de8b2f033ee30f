"""Plain text, and the one-line JSON of BEIR collections: paragraphs parted by blank lines, no headings."""

from __future__ import annotations

import json
import re
from typing import Final

from chassis.errors import InvalidArgument
from ingestion.parsing.document import Kind
from ingestion.parsing.outline import Outline
from ingestion.parsing.text import decode, one_line

__all__ = ["parse_beir", "parse_text"]

_BLANK: Final = re.compile(r"\n(?:[ \t]*\n)+")
_ITEM: Final = re.compile(r"[ \t]*(?:[-*+\u2022]|\d{1,3}[.)])[ \t]")


def parse_text(content: bytes, outline: Outline) -> dict[str, str]:
    """Put the paragraphs of `content` into `outline`."""
    _paragraphs(decode(content), outline)
    return {}


def parse_beir(content: bytes, outline: Outline) -> dict[str, str]:
    """Put one line of a BEIR corpus, `{"_id", "title", "text", "metadata"}`, into `outline`; return its metadata."""
    try:
        entry = json.loads(decode(content))
    except (ValueError, RecursionError):
        raise InvalidArgument("The document is not one JSON object.", reason="MALFORMED_DOCUMENT") from None
    if not isinstance(entry, dict) or not all(isinstance(entry.get(key, ""), str) for key in ("title", "text")):
        raise InvalidArgument(
            "The document must be a JSON object with `title` and `text`.", reason="MALFORMED_DOCUMENT"
        )
    _paragraphs(entry.get("text", ""), outline)
    more = entry.get("metadata")
    found = {str(key): value for key, value in more.items()} if isinstance(more, dict) else {}
    own = {
        one_line(key, 100): one_line(str(value), 1000) for key, value in found.items() if isinstance(value, str | int)
    }
    return own | {"title": one_line(entry.get("title", ""))}


def _paragraphs(text: str, outline: Outline) -> None:
    for paragraph in _BLANK.split(text):
        outline.block(_kind(paragraph), paragraph)


def _kind(paragraph: str) -> Kind:
    lines = paragraph.split("\n")
    items = sum(1 for line in lines if _ITEM.match(line))
    return Kind.LIST if items * 2 > len(lines) else Kind.PARAGRAPH

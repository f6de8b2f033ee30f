"""One document from bytes to `Parsed`: the format decides who reads it.

Runs in the sandboxed process. Vendors are imported when their format first comes up, so that a worker starts at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from chassis.errors import InvalidArgument
from ingestion.parsing.document import Kind, Limits, Parsed
from ingestion.parsing.formats import Format, detect, stem
from ingestion.parsing.outline import Outline
from ingestion.parsing.text import one_line

__all__ = ["read"]

_OUT_OF_FRONT_MATTER: Final = ("title", "description", "summary")


def read(content: bytes, mime: str, name: str, limits: Limits) -> Parsed:
    """Parse `content`; raise `InvalidArgument` saying what is wrong with it."""
    if not content.strip():
        raise InvalidArgument("The document is empty.", reason="EMPTY_DOCUMENT")
    found = detect(content, mime, name)
    outline = Outline(limits)
    metadata = {key: value for key, value in _reader(found)(content, outline).items() if key and value}
    title = metadata.get("title") or outline.title or one_line(stem(name))
    parsed = outline.parsed(one_line(title), found, metadata)
    return parsed if parsed.blocks else _only_about_itself(parsed, limits)


def _only_about_itself(empty: Parsed, limits: Limits) -> Parsed:
    """Make what a document says about itself its text when it says nothing else, as section pages do."""
    outline = Outline(limits)
    for key in _OUT_OF_FRONT_MATTER:
        outline.block(Kind.PARAGRAPH, empty.metadata.get(key, ""))
    parsed = outline.parsed(empty.title, empty.mime, empty.metadata)
    if not parsed.blocks:
        raise InvalidArgument("The document holds no text.", reason="EMPTY_DOCUMENT")
    return parsed


def _reader(found: Format) -> Callable[[bytes, Outline], dict[str, str]]:
    match found:
        case Format.MARKDOWN:
            from ingestion.parsing.markup.markdown import parse_markdown as reader
        case Format.HTML:
            from ingestion.parsing.markup.html import parse_html as reader
        case Format.PDF:
            from ingestion.parsing.printed.pdf import parse_pdf as reader
        case Format.BEIR:
            from ingestion.parsing.plain import parse_beir as reader
        case Format.TEXT:
            from ingestion.parsing.plain import parse_text as reader
    return reader

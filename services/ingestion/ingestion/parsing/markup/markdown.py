"""Markdown, by the events of pulldown-cmark: linear in its input whatever that is.

Lists become lines that are indented by depth; code and tables inside a list stand on their own, so that they can be
kept whole. Pieces of HTML are read as HTML.
"""

from __future__ import annotations

from typing import Any, Final

import pyromark

from ingestion.parsing.document import Kind
from ingestion.parsing.markup.frontmatter import split
from ingestion.parsing.markup.inline import Inline, is_markup
from ingestion.parsing.outline import Outline
from ingestion.parsing.text import decode

__all__ = ["parse_markdown"]

_OPTIONS: Final = (
    pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_FOOTNOTES
    | pyromark.Options.ENABLE_STRIKETHROUGH
    | pyromark.Options.ENABLE_TASKLISTS
    | pyromark.Options.ENABLE_HEADING_ATTRIBUTES
    | pyromark.Options.ENABLE_GFM
)
_DEEPEST: Final = 8
"""Levels of a list that are shown by indentation; deeper ones look like this one."""


def parse_markdown(content: bytes, outline: Outline) -> dict[str, str]:
    """Put what `content` holds into `outline`; return its front matter."""
    metadata, text = split(decode(content))
    walk = _Walk(outline)
    for event in pyromark.events(text, options=_OPTIONS):
        walk.step(event)
    walk.flush()
    return metadata


class _Walk:
    """Where the walk through the events stands."""

    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        self._inline = Inline()
        self._numbers: list[int | None] = []
        self._items: list[str] = []
        self._marker = ""
        self._rows: list[str] = []
        self._cells: list[str] = []
        self._raw: list[str] | None = None

    def step(self, event: Any) -> None:
        match event:
            case {"Text": str(text)}:
                self._raw.append(text) if self._raw is not None else self._inline.text(text)
            case {"Code": str(text)}:
                self._inline.code(text)
            case {"Html": str(text)} if self._raw is not None:
                self._raw.append(text)
            case {"InlineHtml": str(tag)}:
                self._tag(tag)
            case {"TaskListMarker": bool(done)}:
                self._inline.text("[x] " if done else "[ ] ")
            case "SoftBreak":
                self._inline.soft()
            case "HardBreak":
                self._inline.hard()
            case {"Start": tag}:
                self._start(tag)
            case {"End": tag}:
                self._end(tag)

    def flush(self) -> None:
        """End whatever paragraph or list is open."""
        self._line()
        self._outline.block(Kind.LIST, "\n".join(self._items))
        self._items = []

    def _start(self, tag: Any) -> None:
        match tag:
            case {"List": number}:
                self._line()
                self._numbers.append(number)
            case "Item":
                self._line()
                self._marker = self._next_marker()
            case {"CodeBlock": _} | "HtmlBlock":
                self.flush()
                self._raw = []
            case {"Table": _}:
                self.flush()
                self._rows = []
            case {"FootnoteDefinition": _}:
                self.flush()

    def _end(self, tag: Any) -> None:
        match tag:
            case {"Heading": level} if not self._numbers:
                self._outline.heading(int(level[1:]), self._inline.take())
            case "Paragraph" | {"Heading": _} | "Item":
                self._line()
            case {"List": _}:
                self._line()
                self._numbers.pop()
                if not self._numbers:
                    self.flush()
            case "CodeBlock":
                self._outline.block(Kind.CODE, self._take_raw())
            case "HtmlBlock":
                self._html(self._take_raw())
            case "TableCell":
                self._cells.append(self._inline.take().replace("\n", " "))
            case "TableHead" | "TableRow":
                self._rows.append(" | ".join(self._cells))
                self._cells = []
            case "Table":
                self._outline.block(Kind.TABLE, "\n".join(self._rows))

    def _line(self) -> None:
        """End the line of text that is open: a paragraph, or a line of an item."""
        text = self._inline.take()
        if not text:
            return
        if not self._numbers:
            self._outline.block(Kind.PARAGRAPH, text)
            return
        indent = "  " * min(len(self._numbers) - 1, _DEEPEST)
        first, later = indent + self._marker, indent + " " * len(self._marker or "  ")
        self._items.append(first + text.replace("\n", "\n" + later))
        self._marker = "" if not self._marker else " " * len(self._marker)

    def _next_marker(self) -> str:
        number = self._numbers[-1] if self._numbers else None
        if number is None:
            return "- "
        self._numbers[-1] = number + 1
        return f"{number}. "

    def _take_raw(self) -> str:
        raw, self._raw = "".join(self._raw or []), None
        return raw

    def _tag(self, tag: str) -> None:
        if tag.lower().startswith("<br"):
            self._inline.hard()
        elif not is_markup(tag):
            self._inline.text(tag)

    def _html(self, source: str) -> None:
        if _is_comment(source):
            return
        from ingestion.parsing.markup.html import read_fragment

        read_fragment(source, self._outline)


def _is_comment(source: str) -> bool:
    bare = source.strip()
    return bare.startswith("<!--") and bare.find("-->") == len(bare) - 3

"""What an HTML element means for the text: which open a block, which a line of a list, which a row of a table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from ingestion.parsing.document import Kind
from ingestion.parsing.markup.vocabulary import HEADINGS, INLINE, ITEMS, LEFT_OUT, LISTS
from ingestion.parsing.outline import Outline

__all__ = ["Elements"]

_SPACES: Final = re.compile(r"[ \t\n\r\f\xa0]+")
_BREAK: Final = "\x1e"
_DEEPEST: Final = 8


class Elements:
    """Collects elements in the order of the document and hands blocks to an outline."""

    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        self._pieces: list[str] = []
        self._verbatim = 0
        self._lists: list[int | None] = []
        self._items: list[str] = []
        self._marker = ""
        self._tables = 0
        self._cells: list[str] = []
        self._rows: list[str] = []

    def text(self, text: str) -> None:
        """Add text of the document."""
        self._pieces.append(text)

    def open(self, tag: str, attributes: Mapping[str, str | None]) -> bool:
        """Begin an element; return whether what it holds is to be read."""
        if tag in LEFT_OUT:
            return False
        if tag == "br":
            self._pieces.append("\n" if self._verbatim else _BREAK)
        elif tag == "img":
            self._pieces.append(f" {attributes.get('alt') or ''} ")
        elif tag not in INLINE:
            self._open_block(tag, attributes)
        return True

    def close(self, tag: str) -> None:
        """End an element."""
        if tag in INLINE or tag in {"br", "img"}:
            return
        if tag == "pre":
            self._close_verbatim()
        elif tag in HEADINGS and not self._lists and not self._tables:
            self._outline.heading(HEADINGS[tag], self._take())
        elif self._tables:
            self._close_in_table(tag)
        else:
            self._line()
            if tag in LISTS and self._lists:
                self._lists.pop()
                if not self._lists:
                    self.flush()

    def flush(self) -> None:
        """End whatever is open."""
        self._line()
        self._outline.block(Kind.LIST, "\n".join(self._items))
        self._items = []

    def _open_block(self, tag: str, attributes: Mapping[str, str | None]) -> None:
        if self._tables and tag != "table":
            self._pieces.append(" ")
            return
        self._line()
        if tag in LISTS:
            self._lists.append(_number(attributes) if tag == "ol" else None)
        elif tag in ITEMS:
            self._marker = self._next_marker(tag)
        elif tag == "pre":
            self.flush()
            self._verbatim += 1
        elif tag == "table":
            self._tables += 1
            if self._tables == 1:
                self.flush()

    def _close_verbatim(self) -> None:
        if self._verbatim:
            self._verbatim -= 1
            self._outline.block(Kind.CODE, "".join(self._pieces))
            self._pieces = []

    def _close_in_table(self, tag: str) -> None:
        if tag in {"td", "th"} and self._tables == 1:
            self._cells.append(self._take().replace("\n", " "))
        elif tag == "caption":
            self._outline.block(Kind.PARAGRAPH, self._take())
        elif tag == "tr" and self._tables == 1:
            self._rows.append(" | ".join([*self._cells, *filter(None, [self._take()])]))
            self._cells = []
        elif tag == "table":
            self._tables -= 1
            if not self._tables:
                self._outline.block(Kind.TABLE, "\n".join(row for row in self._rows if row.strip(" |")))
                self._rows = []

    def _line(self) -> None:
        if self._tables or self._verbatim:
            return
        text = self._take()
        if text and self._lists:
            indent = "  " * min(len(self._lists) - 1, _DEEPEST)
            self._items.append(indent + self._marker + text.replace("\n", "\n" + indent + " " * len(self._marker)))
            self._marker = " " * len(self._marker)
        elif text:
            self._outline.block(Kind.PARAGRAPH, text)

    def _next_marker(self, tag: str) -> str:
        number = self._lists[-1] if self._lists else None
        if tag == "dd":
            return "  "
        if tag == "dt" or number is None:
            return "- "
        self._lists[-1] = number + 1
        return f"{number}. "

    def _take(self) -> str:
        text = _SPACES.sub(" ", "".join(self._pieces))
        self._pieces = []
        return "\n".join(line.strip() for line in text.split(_BREAK)).strip()


def _number(attributes: Mapping[str, str | None]) -> int:
    start = attributes.get("start") or "1"
    return int(start) if start.isascii() and start.isdigit() and len(start) < 7 else 1  # noqa: PLR2004

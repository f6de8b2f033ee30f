"""Where every format puts what it finds, in reading order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chassis.errors import InvalidArgument
from ingestion.parsing.document import Block, Kind, Limits, Parsed
from ingestion.parsing.text import clean, one_line

__all__ = ["Outline"]

_GAP: Final = "\n\n"
_PATH_LENGTH: Final = 200
"""Characters of one heading in a path; the text holds the heading in full."""


class Outline:
    """Collects headings and blocks into one text.

    A heading with nothing below it (neither block nor deeper heading) is kept as a paragraph, so that it can be found.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._parts: list[str] = []
        self._length = 0
        self._path: list[tuple[int, str]] = []
        self._blocks: list[Block] = []
        self._bare: Block | None = None
        self._bare_level = 0
        self.title = ""
        """The first heading of the first level that was found."""

    def heading(self, level: int, text: str) -> None:
        """Open a section; `level` counts from 1, the outermost."""
        line = " ".join(clean(text).split())
        if not line:
            return
        if self._bare and level <= self._bare_level:
            self._keep_bare()
        while self._path and self._path[-1][0] >= level:
            self._path.pop()
        start, end = self._write(line)
        above = self._bare.start if self._bare else start
        self._bare, self._bare_level = self._over(Kind.PARAGRAPH, start, end, above), level
        self._path.append((level, one_line(line, _PATH_LENGTH)))
        if level == 1 and not self.title:
            self.title = one_line(line)

    def block(self, kind: Kind, text: str) -> None:
        """Add a block below the headings that are open; nothing is added when `text` is blank."""
        body = "\n".join(line.rstrip() for line in clean(text).split("\n")).strip("\n")
        body = body if kind is Kind.CODE else body.strip()
        if not body.strip():
            return
        start, end = self._write(body)
        lead = self._bare.start if self._bare else start
        self._blocks.append(self._over(kind, start, end, lead))
        self._bare = None

    def parsed(self, title: str, mime: str, metadata: Mapping[str, str]) -> Parsed:
        """Return the document; it has no blocks if nothing was found."""
        self._keep_bare()
        text = _GAP.join(self._parts)
        return Parsed(title=title, text=text, blocks=tuple(self._blocks), mime=mime, metadata=metadata)

    def _over(self, kind: Kind, start: int, end: int, lead: int) -> Block:
        return Block(kind=kind, headings=tuple(text for _, text in self._path), start=start, end=end, lead=lead)

    def _keep_bare(self) -> None:
        if self._bare:
            self._blocks.append(self._bare)
        self._bare = None

    def _write(self, text: str) -> tuple[int, int]:
        start = self._length + (len(_GAP) if self._parts else 0)
        end = start + len(text)
        if end > self._limits.characters:
            raise InvalidArgument(
                f"The document holds more than {self._limits.characters} characters of text.", reason="TOO_MUCH_TEXT"
            )
        if len(self._parts) >= self._limits.blocks:
            raise InvalidArgument(f"The document has more than {self._limits.blocks} blocks.", reason="TOO_MUCH_TEXT")
        self._parts.append(text)
        self._length = end
        return start, end

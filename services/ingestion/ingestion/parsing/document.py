"""What every format becomes: one text, and blocks that point into it.

Blocks hold no text of their own. A chunk, a citation and a reader all speak of places in the one extracted text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

__all__ = ["Block", "Kind", "Limits", "Parsed", "Parser"]


class Kind(StrEnum):
    """What a block is, as far as cutting it matters."""

    PARAGRAPH = "paragraph"
    """Sentences."""
    LIST = "list"
    """One item a line, indented by depth."""
    TABLE = "table"
    """One row a line, cells parted by ` | `; the first line is the header."""
    CODE = "code"
    """Lines as they were written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A piece of the extracted text that belongs together."""

    kind: Kind
    headings: tuple[str, ...]
    """The headings above it, outermost first."""
    start: int
    """Where it begins, in characters of the extracted text."""
    end: int
    """Where it ends; the character there is no longer part of it."""
    lead: int
    """Where the line of its own heading begins if that stands right above it, else `start`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A document after parsing."""

    title: str
    """What the document calls itself, else the name of its file; never longer than 300 characters."""
    text: str
    """All that a reader would read, headings included; NFC, no control characters, lines ended by a line feed."""
    blocks: tuple[Block, ...]
    """In reading order, never overlapping; at least one."""
    mime: str
    """The format that it was read as."""
    metadata: Mapping[str, str] = field(default_factory=dict)
    """What the document says about itself: front matter, `meta` elements, PDF properties."""

    def text_of(self, block: Block) -> str:
        """Return the text of `block`."""
        return self.text[block.start : block.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one document may unfold into."""

    characters: int = 8_000_000
    """Of extracted text."""
    blocks: int = 200_000


class Parser(Protocol):
    """Whoever turns bytes into a document."""

    async def parse(self, content: bytes, mime: str, name: str) -> Parsed:
        """Parse `content`.

        `mime` may be empty when unknown; `name` is a file name or path, of which only the ending and the stem are used.
        Raises `InvalidArgument`, whose message says what is wrong with the document.
        """
        ...

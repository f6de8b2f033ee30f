"""What is embedded, found and shown: a chunk, and what one may look like."""

from __future__ import annotations

from dataclasses import dataclass

from ingestion.parsing.text import one_line

__all__ = ["Chunk", "ChunkSettings", "embedded_text", "prefix_of"]

_TITLE_LENGTH = 120
"""Characters of a title that are embedded with every chunk; the rest would crowd out the text."""


@dataclass(frozen=True, kw_only=True)
class ChunkSettings:
    """How documents are cut. Raises `ValueError` when the figures contradict one another.

    Without slots, so that the defaults can be read from the class.
    """

    tokens: int = 254
    """Most tokens of title, headings and text together: the model's window of 256 less its two marks."""

    least: int = 48
    """Tokens below which a chunk is joined with its neighbour under the same parent heading, if they fit."""

    overlap: int = 0
    """Sentences that a chunk repeats from the one before it in the same section."""

    whole: bool = False
    """One chunk a document, however long; the model sees its beginning."""

    def __post_init__(self) -> None:
        if not 0 <= self.least < self.tokens or self.overlap < 0:
            raise ValueError("least must be smaller than tokens, and none of them negative")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A piece of a document."""

    ordinal: int
    """Its place in the document, from 0."""
    text: str
    """What is shown: the extracted text from `start` to `end`; a table that goes on has its header line in front."""
    headings: tuple[str, ...]
    """The headings above it, outermost first, without the document's title."""
    start: int
    """Where it begins, in characters of the extracted text."""
    end: int
    """Where it ends."""
    tokens: int
    """Of the text that is embedded, without the model's own marks."""


def embedded_text(chunk: Chunk, title: str) -> str:
    """Return the text to embed: title, headings and text, a line each."""
    return "\n".join((*prefix_of(title, chunk.headings), chunk.text))


def prefix_of(title: str, headings: tuple[str, ...]) -> tuple[str, ...]:
    """Return the lines above the text of a chunk."""
    return (one_line(title, _TITLE_LENGTH), *headings) if title else headings

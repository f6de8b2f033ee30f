"""From the bytes of a document to its pieces: what is shown, what is embedded, what is counted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from chassis.errors import InvalidArgument, Violation
from ingestion.checking.checker import Look
from ingestion.checking.words import Looked
from ingestion.chunking import Chunk, ChunkSettings, chunk, embedded_text
from ingestion.corpora.words import Chunking
from ingestion.parsing.document import Parsed, Parser
from ingestion.writing.lexical import Bag, bag
from ingestion.writing.words import Incoming

__all__ = ["Cut", "Cutter", "Piece"]

MARKS = 2
"""Tokens that the model adds of its own to each text."""

WORTH_A_THREAD = 8_192
"""Characters; cutting fewer takes a millisecond or two, about what the way to a thread and back costs."""

LONGEST = 8_192
"""Characters of a text that are sent to the model; its window of 256 tokens ends long before."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A chunk with all that is derived from its text."""

    chunk: Chunk
    embedded: str
    bag: Bag


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A document in pieces."""

    title: str
    mime: str
    pieces: tuple[Piece, ...]
    looked: Looked = field(default_factory=Looked)
    """What was seen in it on the way."""


def _not_at_all(_: Parsed) -> Looked:
    return Looked()


class Cutter:
    """Parses and cuts, a few documents at a time so that one process is kept busy and memory stays small."""

    def __init__(self, parser: Parser, count: Callable[[str], int], at_once: int = 4) -> None:
        self._parser = parser
        self._count = count
        self._turns = asyncio.Semaphore(at_once)

    async def cut(self, document: Incoming, chunking: Chunking, look: Look = _not_at_all) -> Cut:
        """Return the pieces, and what was seen.

        Raises `InvalidArgument` when the content cannot be read as what it claims to be.
        """
        async with self._turns:
            parsed = await self._parser.parse(document.content, document.mime, document.source_id)
            if len(parsed.text) < WORTH_A_THREAD:
                return self._pieces(document, parsed, chunking, look)
            return await asyncio.to_thread(self._pieces, document, parsed, chunking, look)

    def _pieces(self, document: Incoming, parsed: Parsed, chunking: Chunking, look: Look) -> Cut:
        title = document.title or parsed.title or document.source_id
        chunks = chunk(replace(parsed, title=title), chunk_settings(chunking), self._count)
        if not chunks:
            raise InvalidArgument("there is no text in it", violations=(Violation("content", "holds no text"),))
        whole = chunking.whole_documents
        pieces = tuple(_piece(one, f"{title}\n{one.text}" if whole else embedded_text(one, title)) for one in chunks)
        return Cut(title=title, mime=parsed.mime, pieces=pieces, looked=look(parsed))


def chunk_settings(chunking: Chunking) -> ChunkSettings:
    """Return how to cut; small chunks are joined with neighbours as far as the limit allows."""
    tokens = chunking.max_tokens - MARKS
    return ChunkSettings(tokens=tokens, least=min(ChunkSettings.least, tokens // 4), whole=chunking.whole_documents)


def _piece(one: Chunk, text: str) -> Piece:
    return Piece(one, text[:LONGEST], bag(text))

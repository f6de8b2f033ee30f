"""Documents of the histories: what is in them tells whose they are, and which write they came from."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from ingestion.parsing.document import Block, Kind, Parsed
from ingestion.writing.words import Incoming

TOKENS = 24
"""Of a chunk; a paragraph has half of that and a little, so each paragraph is a chunk."""


@lru_cache(maxsize=10_000)
def document(tenant: str, source: str, write: int, paragraphs: int, groups: tuple[str, ...]) -> Incoming:
    """Return the document of the `write`-th write."""
    text = "\n\n".join(
        f"turbine part{at} of {paragraphs} by {tenant} in {source} from write{write} runs on water and turns well"
        for at in range(paragraphs)
    )
    return Incoming(source_id=source, content=text.encode(), mime="text/plain", groups=groups)


@lru_cache(maxsize=20_000)
def digest(content: bytes) -> str:
    """Return what the ledger calls these bytes."""
    return hashlib.sha256(content).hexdigest()


@lru_cache(maxsize=10_000)
def parsed(content: bytes) -> Parsed:
    """Return the paragraphs as blocks."""
    text, blocks, start = content.decode(), [], 0
    for paragraph in text.split("\n\n"):
        end = start + len(paragraph)
        blocks.append(Block(kind=Kind.PARAGRAPH, headings=(), start=start, end=end, lead=start))
        start = end + 2
    return Parsed(title="", text=text, blocks=tuple(blocks), mime="text/plain")


class QuickParser:
    """Knows one format."""

    async def parse(self, content: bytes, mime: str, name: str) -> Parsed:
        return parsed(content)


def words(text: str) -> int:
    """Count tokens."""
    return text.count(" ") + 1

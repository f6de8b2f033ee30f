"""The real reading of documents, without the process around it."""

from __future__ import annotations

from ingestion.parsing.document import Limits, Parsed
from ingestion.parsing.reading import read


class InProcessParser:
    async def parse(self, content: bytes, mime: str, name: str) -> Parsed:
        return read(content, mime, name, Limits())


def words(text: str) -> int:
    return len(text.split())

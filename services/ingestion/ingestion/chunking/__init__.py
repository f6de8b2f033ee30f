"""From a parsed document to the pieces that are embedded, found and shown."""

from __future__ import annotations

from ingestion.chunking.chunks import Chunk, ChunkSettings, embedded_text
from ingestion.chunking.counting import by_word
from ingestion.chunking.cutting import chunk

__all__ = ["Chunk", "ChunkSettings", "by_word", "chunk", "embedded_text"]

"""The words for what is told of a commit."""

from __future__ import annotations

from dataclasses import dataclass

from ingestion.corpora.words import Corpus, Index
from ingestion.parsing.tools import Tool

__all__ = ["Happened", "Source"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A document that was written."""

    source_id: str
    generation: int
    sha256: str
    size: int
    chunks: int
    by: str
    parser: Tool


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What one commit did to one index of one corpus."""

    corpus: Corpus
    index: Index
    version: int
    """The corpus's from which it is visible."""

    pipeline: str
    written: tuple[Source, ...]
    removed: tuple[str, ...]
    rebuilt: bool = False
    """Whether an index was built of documents that were there."""

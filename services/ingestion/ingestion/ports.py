"""Everything that ingestion depends on: the real stores, or a test's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from ingestion.checking.ports import Signatures
from ingestion.committing.ports import Index, Ledger, VersionShelf
from ingestion.committing.restoring import Shelf, Truth
from ingestion.corpora.creating import CollectionMaker, CorpusBook, ModelProbe
from ingestion.erasing.ports import Erasures, Keeper, Rows
from ingestion.indexing import rebuilding
from ingestion.indexing.ports import IndexBook
from ingestion.jobs.keeping import JobBook
from ingestion.keeping.ports import Collections, Found, Graves, OriginalStore, References
from ingestion.lineage.telling import Telling, nobody
from ingestion.parsing.document import Parser
from ingestion.quality.language import Detector
from ingestion.quarantine.ports import HeldBook
from ingestion.writing.putting import Hold, Originals
from ingestion.writing.vectors.batching import Embedder

__all__ = ["Ports"]


def _now() -> datetime:
    return datetime.now(UTC)


class _Book(CorpusBook, Truth, Protocol): ...


class _Shelf(VersionShelf, Shelf, Protocol): ...


class _Index(Index, CollectionMaker, Collections, Rows, Protocol): ...


class _Keeping(Found, Graves, References, Protocol): ...


class _Originals(Originals, rebuilding.Originals, OriginalStore, Keeper, Protocol): ...


class _Quarantine(Hold, HeldBook, Protocol): ...


class _Embedder(Embedder, ModelProbe, Protocol): ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Everything that ingestion depends on."""

    ledger: Ledger
    book: _Book
    jobs: JobBook
    keeping: _Keeping
    erasures: Erasures
    index: _Index
    indexes: IndexBook
    originals: _Originals
    quarantine: _Quarantine
    signatures: Signatures
    detector: Detector
    shelf: _Shelf
    embedder: _Embedder
    parser: Parser
    count: Callable[[str], int]
    clock: Callable[[], datetime] = _now
    telling: Telling = nobody

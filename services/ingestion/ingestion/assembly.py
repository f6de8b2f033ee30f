"""Joins the rules of ingestion to whatever plays its stores: the real ones, or a test's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from ingestion.committing.gathering import Gatherer, Gathering
from ingestion.committing.order import Commit
from ingestion.committing.ports import Index, Ledger, VersionShelf
from ingestion.committing.publishing import Versions
from ingestion.committing.sweeping import Sweeper
from ingestion.corpora.creating import CollectionMaker, Corpora, CorpusBook, ModelProbe
from ingestion.measures import Measures
from ingestion.parsing.document import Parser
from ingestion.settings import IngestionSettings
from ingestion.writing.cutting import Cutter
from ingestion.writing.intake import Intake, Limits
from ingestion.writing.putting import Originals, Putter
from ingestion.writing.vectors.batching import Calls, Embedder, Embeddings
from ingestion.writing.vectors.models import ModelEmbeddings

__all__ = ["Ingestion", "Ports", "assembled"]


class _Index(Index, CollectionMaker, Protocol): ...


class _Embedder(Embedder, ModelProbe, Protocol): ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Everything that ingestion depends on."""

    ledger: Ledger
    book: CorpusBook
    index: _Index
    originals: Originals
    shelf: VersionShelf
    embedder: _Embedder
    parser: Parser
    count: Callable[[str], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingestion:
    """The rules, ready to be used."""

    corpora: Corpora
    putter: Putter
    intake: Intake
    sweeper: Sweeper


@asynccontextmanager
async def assembled(ports: Ports, settings: IngestionSettings, measures: Measures) -> AsyncIterator[Ingestion]:
    """Run the commits and the sweeps for as long as the block lasts."""
    versions = Versions(ports.shelf)
    gathering = Gathering(most_chunks=settings.batch_chunks, linger=settings.batch_linger)
    gatherer = Gatherer(Commit(ports.ledger, ports.index, versions), gathering, measures)
    cutter = Cutter(ports.parser, ports.count, settings.cutters)
    putter = Putter(ports.ledger, ports.originals, cutter, gatherer, measures.stage)
    limits = Limits(documents=settings.documents_in_flight, content=settings.bytes_in_flight)
    sweeper = Sweeper(ports.ledger, ports.index, grace=settings.sweep_grace)
    tasks = [
        asyncio.create_task(gatherer.forever(), name="commits"),
        asyncio.create_task(sweeper.forever(settings.sweep_every, measures.unswept), name="sweeps"),
    ]
    try:
        yield Ingestion(
            corpora=Corpora(ports.book, ports.embedder, ports.index),
            putter=putter,
            intake=Intake(putter, partial(_embeddings, ports.embedder, settings), limits, measures),
            sweeper=sweeper,
        )
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await versions.aclose()


def _embeddings(embedder: Embedder, settings: IngestionSettings) -> ModelEmbeddings:
    calls = Calls(most_texts=settings.embed_texts, in_flight=settings.embed_calls)
    return ModelEmbeddings(lambda model: Embeddings(embedder, model, calls))

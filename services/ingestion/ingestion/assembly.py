"""Joins the rules of ingestion to whatever plays its stores: the real ones, or a test's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

from ingestion.checking.checker import Checker
from ingestion.checking.ports import Signatures
from ingestion.committing.gathering import Gatherer, Gathering
from ingestion.committing.order import Commit
from ingestion.committing.ports import Index, Ledger, VersionShelf
from ingestion.committing.publishing import Versions
from ingestion.committing.sweeping import Sweeper
from ingestion.corpora.creating import CollectionMaker, Corpora, CorpusBook, ModelProbe
from ingestion.indexing import rebuilding
from ingestion.indexing.building import Builder
from ingestion.indexing.indexes import Indexes
from ingestion.indexing.ports import IndexBook
from ingestion.indexing.rebuilding import Rebuilder
from ingestion.jobs.keeping import JobBook, Jobs
from ingestion.keeping.changing import Changes
from ingestion.keeping.chores import repeated
from ingestion.keeping.clearing import Clearer
from ingestion.keeping.collecting import Collector
from ingestion.keeping.deleting import Deleter
from ingestion.keeping.ports import Collections, Found, Graves, OriginalStore, References
from ingestion.lineage.telling import Telling, nobody
from ingestion.measures import Measures
from ingestion.parsing.document import Parser
from ingestion.quality.language import Detector
from ingestion.quarantine.keeping import Quarantine
from ingestion.quarantine.ports import HeldBook
from ingestion.settings import IngestionSettings
from ingestion.writing.cutting import Cutter
from ingestion.writing.intake import Intake, Limits
from ingestion.writing.lookups import Lookups
from ingestion.writing.putting import Hold, Originals, Putter
from ingestion.writing.turns import Turns
from ingestion.writing.vectors.batching import Calls, Embedder, Embeddings
from ingestion.writing.vectors.models import ModelEmbeddings

__all__ = ["Ingestion", "Ports", "assembled"]


def _now() -> datetime:
    return datetime.now(UTC)


class _Index(Index, CollectionMaker, Collections, Protocol): ...


class _Keeping(Found, Graves, References, Protocol): ...


class _Originals(Originals, rebuilding.Originals, OriginalStore, Protocol): ...


class _Quarantine(Hold, HeldBook, Protocol): ...


class _Embedder(Embedder, ModelProbe, Protocol): ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Everything that ingestion depends on."""

    ledger: Ledger
    book: CorpusBook
    jobs: JobBook
    keeping: _Keeping
    index: _Index
    indexes: IndexBook
    originals: _Originals
    quarantine: _Quarantine
    signatures: Signatures
    detector: Detector
    shelf: VersionShelf
    embedder: _Embedder
    parser: Parser
    count: Callable[[str], int]
    clock: Callable[[], datetime] = _now
    telling: Telling = nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingestion:
    """The rules, ready to be used."""

    corpora: Corpora
    jobs: Jobs
    changes: Changes
    deleter: Deleter
    clearer: Clearer
    collector: Collector
    putter: Putter
    intake: Intake
    quarantine: Quarantine
    sweeper: Sweeper
    indexes: Indexes
    builder: Builder


@asynccontextmanager
async def assembled(ports: Ports, settings: IngestionSettings, measures: Measures) -> AsyncIterator[Ingestion]:
    """Run the commits, the sweeps and the building of indexes for as long as the block lasts."""
    versions, turns = Versions(ports.shelf), Turns()
    gatherer = _gatherer(ports, settings, measures, versions)
    cutter = Cutter(ports.parser, ports.count, settings.cutters)
    putter = Putter(
        lookups=Lookups(ports.ledger),
        turns=turns,
        originals=ports.originals,
        quarantine=ports.quarantine,
        cutter=cutter,
        checker=Checker(ports.signatures, ports.detector),
        gatherer=gatherer,
        stage=measures.stage,
    )
    corpora = Corpora(ports.book, ports.embedder, ports.index)
    intake = Intake(putter, partial(_embeddings, ports.embedder, settings), _limits(settings), measures)
    ingestion = Ingestion(
        corpora=corpora,
        jobs=Jobs(ports.jobs, corpora),
        changes=Changes(ports.book, gatherer, versions),
        deleter=Deleter(ports.keeping, putter, ports.clock),
        clearer=Clearer(ports.keeping, ports.index),
        collector=_collector(ports, settings, turns),
        putter=putter,
        intake=intake,
        quarantine=Quarantine(ports.quarantine, ports.originals, intake),
        sweeper=Sweeper(ports.ledger, ports.index, grace=settings.sweep_grace),
        indexes=Indexes(ports.indexes, corpora, ports.embedder, ports.index),
        builder=_builder(ports, settings, putter, versions),
    )
    async with _running(_background(ingestion, gatherer, settings, measures)):
        yield ingestion
    await versions.aclose()


def _builder(ports: Ports, settings: IngestionSettings, putter: Putter, versions: Versions) -> Builder:
    return Builder(
        book=ports.indexes,
        documents=Rebuilder(ports.originals, putter.cutter, putter.gatherer, putter.turns),
        embeddings=partial(_embeddings, ports.embedder, settings),
        turns=putter.turns,
        gatherer=putter.gatherer,
        publishing=versions,
        grace=settings.sweep_grace,
    )


def _collector(ports: Ports, settings: IngestionSettings, turns: Turns) -> Collector:
    return Collector(ports.originals, ports.keeping, turns.uses, grace=settings.originals_grace, clock=ports.clock)


def _limits(settings: IngestionSettings) -> Limits:
    return Limits(documents=settings.documents_in_flight, content=settings.bytes_in_flight)


def _gatherer(ports: Ports, settings: IngestionSettings, measures: Measures, versions: Versions) -> Gatherer:
    gathering = Gathering(most_chunks=settings.batch_chunks, linger=settings.batch_linger)
    return Gatherer(ports.telling(Commit(ports.ledger, ports.index, versions)), gathering, measures)


def _background(
    ingestion: Ingestion, gatherer: Gatherer, settings: IngestionSettings, measures: Measures
) -> Mapping[str, Coroutine[None, None, None]]:
    put_off = measures.put_off
    return {
        "commits": gatherer.forever(),
        "sweeps": repeated(ingestion.sweeper.sweep, settings.sweep_every, partial(put_off, "sweep")),
        "clearing": repeated(ingestion.clearer.clear, settings.sweep_every, partial(put_off, "clearing")),
        "originals": repeated(ingestion.collector.collect, settings.originals_every, partial(put_off, "originals")),
        "retention": repeated(ingestion.deleter.aged, settings.retention_every, partial(put_off, "retention")),
        "indexes": ingestion.builder.forever(settings.index_every, ingestion.indexes.work, partial(put_off, "index")),
    }


@asynccontextmanager
async def _running(work: Mapping[str, Coroutine[None, None, None]]) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(each, name=name) for name, each in work.items()]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _embeddings(embedder: Embedder, settings: IngestionSettings) -> ModelEmbeddings:
    calls = Calls(most_texts=settings.embed_texts, in_flight=settings.embed_calls)
    return ModelEmbeddings(lambda model: Embeddings(embedder, model, calls))

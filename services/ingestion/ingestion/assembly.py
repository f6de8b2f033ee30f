"""Joins the rules of ingestion to whatever plays its stores: the real ones, or a test's."""

from __future__ import annotations

from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from ingestion.background import running
from ingestion.checking.checker import Checker
from ingestion.committing.gathering import Gatherer, Gathering
from ingestion.committing.order import Commit
from ingestion.committing.publishing import Versions
from ingestion.committing.restoring import Restorer
from ingestion.committing.sweeping import Sweeper
from ingestion.corpora.creating import Corpora
from ingestion.erasing.eraser import Eraser
from ingestion.indexing.building import Builder
from ingestion.indexing.indexes import Indexes
from ingestion.indexing.rebuilding import Rebuilder
from ingestion.jobs.keeping import Jobs
from ingestion.keeping.changing import Changes
from ingestion.keeping.chores import repeated
from ingestion.keeping.clearing import Clearer
from ingestion.keeping.collecting import Collector
from ingestion.keeping.deleting import Deleter
from ingestion.measures import Measures
from ingestion.ports import Ports
from ingestion.quarantine.keeping import Quarantine
from ingestion.settings import IngestionSettings
from ingestion.writing.cutting import Cutter
from ingestion.writing.intake import Intake, Limits
from ingestion.writing.lookups import Lookups
from ingestion.writing.putting import Putter
from ingestion.writing.turns import Turns
from ingestion.writing.vectors.batching import Calls, Embedder, Embeddings
from ingestion.writing.vectors.models import ModelEmbeddings

__all__ = ["Ingestion", "assembled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingestion:
    """The rules, ready to be used."""

    corpora: Corpora
    jobs: Jobs
    changes: Changes
    deleter: Deleter
    clearer: Clearer
    collector: Collector
    eraser: Eraser
    putter: Putter
    intake: Intake
    quarantine: Quarantine
    sweeper: Sweeper
    restorer: Restorer
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
    collector = _collector(ports, settings, turns)
    corpora = Corpora(ports.book, ports.embedder, ports.index)
    intake = Intake(putter, partial(_embeddings, ports.embedder, settings), _limits(settings), measures)
    ingestion = Ingestion(
        corpora=corpora,
        jobs=Jobs(ports.jobs, corpora),
        changes=Changes(ports.book, gatherer, versions),
        deleter=Deleter(ports.keeping, putter, ports.clock),
        clearer=Clearer(ports.keeping, ports.index),
        collector=collector,
        eraser=_eraser(ports, gatherer, collector, turns),
        putter=putter,
        intake=intake,
        quarantine=Quarantine(ports.quarantine, ports.originals, intake),
        sweeper=Sweeper(ports.ledger, ports.index, grace=settings.sweep_grace),
        restorer=Restorer(ports.shelf, ports.book, versions, gatherer.still),
        indexes=Indexes(ports.indexes, corpora, ports.embedder, ports.index),
        builder=_builder(ports, settings, putter, versions),
    )
    async with running(_background(ingestion, gatherer, settings, measures)):
        yield ingestion
    await versions.aclose()


def _builder(ports: Ports, settings: IngestionSettings, putter: Putter, versions: Versions) -> Builder:
    return Builder(
        book=ports.indexes,
        documents=Rebuilder(ports.originals, putter.cutter, putter.gatherer, putter.turns),
        collections=ports.index,
        embeddings=partial(_embeddings, ports.embedder, settings),
        turns=putter.turns,
        gatherer=putter.gatherer,
        publishing=versions,
        grace=settings.sweep_grace,
    )


def _collector(ports: Ports, settings: IngestionSettings, turns: Turns) -> Collector:
    return Collector(ports.originals, ports.keeping, turns.uses, grace=settings.originals_grace, clock=ports.clock)


def _eraser(ports: Ports, gatherer: Gatherer, collector: Collector, turns: Turns) -> Eraser:
    return Eraser(
        book=ports.erasures,
        ledger=ports.ledger,
        rows=ports.index,
        originals=ports.originals,
        references=ports.keeping,
        collector=collector,
        gatherer=gatherer,
        turns=turns,
    )


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
        "versions": repeated(ingestion.restorer.restore, settings.restore_every, partial(put_off, "versions")),
        "clearing": repeated(ingestion.clearer.clear, settings.sweep_every, partial(put_off, "clearing")),
        "erasures": repeated(ingestion.eraser.finish, settings.sweep_every, partial(put_off, "erasures")),
        "originals": repeated(ingestion.collector.collect, settings.originals_every, partial(put_off, "originals")),
        "retention": repeated(ingestion.deleter.aged, settings.retention_every, partial(put_off, "retention")),
        "indexes": ingestion.builder.forever(settings.index_every, ingestion.indexes.work, partial(put_off, "index")),
    }


def _embeddings(embedder: Embedder, settings: IngestionSettings) -> ModelEmbeddings:
    calls = Calls(most_texts=settings.embed_texts, in_flight=settings.embed_calls)
    return ModelEmbeddings(lambda model: Embeddings(embedder, model, calls))

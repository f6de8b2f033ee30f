"""Ingestion over fakes or over real stores, and one way to see what readers of either would see."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from fakes.book import FakeBook
from fakes.embedder import FakeEmbedder
from fakes.erasures import FakeErasures
from fakes.index import FakeIndex
from fakes.indexes import FakeIndexes
from fakes.jobs import FakeJobBook
from fakes.keeping import FakeKeeping
from fakes.ledger import FakeLedger
from fakes.objects import FakeOriginals
from fakes.parser import InProcessParser, words
from fakes.quarantine import FakeQuarantine, FakeSignatures
from fakes.shelf import FakeShelf
from fakes.steps import Steps
from ingestion.assembly import Ingestion, assembled
from ingestion.corpora.settings import CorpusSettings
from ingestion.corpora.words import Chunking, Corpus
from ingestion.measures import Measures
from ingestion.ports import Ports
from ingestion.quality.langid import LangidDetector
from ingestion.settings import IngestionSettings
from ingestion.writing.words import Incoming, Outcome

TENANT = "acme"
SETTINGS = IngestionSettings(batch_linger=0.2, sweep_every=3600, sweep_grace=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A visible document."""

    generation: int
    text: str
    whole: bool
    """Every chunk that the ledger counts is in the ledger and in the index."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """What is counted of a corpus."""

    version: int
    documents: int
    chunks: int
    lexicon: Mapping[int, int]


class Eye(Protocol):
    """Sees what readers see."""

    async def visible(self, corpus: Corpus) -> Mapping[str, Seen]: ...

    async def books(self, corpus: Corpus) -> Books: ...

    async def rows(self, corpus: Corpus) -> int:
        """Rows of the index, seen or not."""
        ...


@dataclass
class World:
    """Ports and an eye on the stores behind them."""

    ports: Ports
    eye: Eye

    @asynccontextmanager
    async def running(self, settings: IngestionSettings = SETTINGS) -> AsyncIterator[Ingestion]:
        async with assembled(self.ports, settings, Quiet()) as ingestion:
            yield ingestion


class Quiet(Measures):
    """Counts, and keeps failures that a test provokes out of its output."""

    def failed(self, failure: Exception) -> None:
        self.last = failure


def document(name: str, text: str = "", **more) -> Incoming:
    return Incoming(source_id=name, content=(text or f"About {name}: turbines turn in the forebay.").encode(), **more)


async def put(ingestion: Ingestion, corpus: Corpus, *documents: Incoming) -> dict[str, Outcome]:
    """Put documents in one stream; return how each ended."""

    async def stream():
        for each in documents:
            yield each

    return {outcome.source_id: outcome async for outcome in ingestion.intake.outcomes(corpus, stream())}


async def corpus_of(
    ingestion: Ingestion, name: str = "library", chunking: Chunking | None = None, **settings: int
) -> Corpus:
    made = await ingestion.corpora.create(TENANT, name, chunking or Chunking(), CorpusSettings(**settings))
    return made[0]


class FakeEye:
    def __init__(self, ledger: FakeLedger, index: FakeIndex) -> None:
        self.ledger = ledger
        self.index = index

    async def visible(self, corpus: Corpus) -> Mapping[str, Seen]:
        placed = self.ledger.placed(corpus)
        return {source: self._seen(self.ledger.documents[corpus.id, source], draft) for source, draft in placed.items()}

    async def books(self, corpus: Corpus) -> Books:
        now = self.ledger.now(corpus)
        lexicon = {term: df for (owner, term), df in self.ledger.lexicon.items() if owner == now.index.id and df}
        return Books(version=now.version, documents=now.documents, chunks=now.index.chunks, lexicon=lexicon)

    async def rows(self, corpus: Corpus) -> int:
        return len(self.index.rows(corpus.index.collection))

    def _seen(self, document, draft) -> Seen:
        chunks = self.ledger.chunks.get((draft.id, draft.generation), ())
        rows = {(draft.id.hex, draft.generation, chunk.ordinal) for chunk in draft.chunks}
        whole = len(chunks) == len(draft.chunks) and rows <= self.index.rows(draft.index.collection)
        whole = whole and draft.source_generation == document.generation
        return Seen(generation=document.generation, text="\n".join(chunk.text for chunk in chunks), whole=whole)


def fake_world(
    steps: Steps | None = None,
    *,
    ledger: FakeLedger | None = None,
    index: FakeIndex | None = None,
    embedder: FakeEmbedder | None = None,
    originals: FakeOriginals | None = None,
    shelf: FakeShelf | None = None,
) -> World:
    """Return a world of fakes; stores that are given keep what they hold, but die by these steps."""
    steps = steps or Steps()
    stores = [ledger or FakeLedger(), index or FakeIndex(), originals or FakeOriginals(), shelf or FakeShelf()]
    for store in stores:
        store.steps = steps
    book, index, objects, shelf = stores
    ports = Ports(
        ledger=book,
        book=FakeBook(book),
        indexes=FakeIndexes(book),
        jobs=FakeJobBook(),
        keeping=FakeKeeping(book),
        erasures=FakeErasures(book),
        index=index,
        originals=objects,
        quarantine=FakeQuarantine(book),
        signatures=FakeSignatures(book),
        detector=LangidDetector(),
        shelf=shelf,
        embedder=embedder or FakeEmbedder(),
        parser=InProcessParser(),
        count=words,
    )
    return World(ports=ports, eye=FakeEye(book, index))

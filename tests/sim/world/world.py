"""One world: its stores, its weather, the process that writes and those who use it, all drawn from one seed."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from fakes.embedder import FakeEmbedder
from fakes.erasures import FakeErasures
from fakes.indexes import FakeIndexes
from fakes.keeping import FakeKeeping
from fakes.ledger import FakeLedger
from fakes.objects import FakeOriginals
from ingestion.committing.words import Batch
from ingestion.corpora.words import EmbeddingModel
from ingestion.indexing.words import Building
from ingestion.ports import Ports
from retrieval.reading import Reading
from retrieval.search.searcher import Searcher
from rigs.ingestion import fake_world
from sim.world.catalogue import SimCatalogue
from sim.world.erasing import FarErasures, FarKeeping
from sim.world.index import SimIndex
from sim.world.indexing import FarIndexes
from sim.world.model import Model
from sim.world.reading import FarCatalogue, FarVectors
from sim.world.server import Composed, Server
from sim.world.shelf import SimShelf
from sim.world.text import QuickParser, words
from sim.world.weather import Weather, Wire
from sim.world.writing import FarBook, FarEmbedder, FarIndex, FarLedger, FarOriginals, FarShelf

MODEL = EmbeddingModel(role="embedding", name="embedding", version="1", dimension=2)
STORES = ("ledger", "index", "shelf", "originals", "embedder")


class WitnessedLedger(FakeLedger):
    """Tells the model of every commit in the moment in which it happens."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self._model = model

    async def commit(self, batch: Batch) -> Mapping[UUID, int]:
        versions = await super().commit(batch)
        self._model.committed(asyncio.get_running_loop().time(), batch, versions)
        return versions


class WitnessedIndexes(FakeIndexes):
    """Tells the model of every switch: no document changes, and the version does."""

    def __init__(self, ledger: WitnessedLedger, model: Model) -> None:
        super().__init__(ledger)
        self._model = model

    async def finish(self, building: Building, pipeline: str) -> int | None:
        version = await super().finish(building, pipeline)
        if version is not None:
            self._model.switched(asyncio.get_running_loop().time(), building.corpus.tenant, version)
        return version


class World:
    """Everything that outlives a process, and the process."""

    def __init__(self, dice: random.Random, weather: Weather, compose: Composed, ledger: type[WitnessedLedger]) -> None:
        self.dice = dice
        self.weather = weather
        self.writes = 0
        self.log: list[tuple[float, str, str]] = []
        self.model = Model()
        self.ledger = ledger(self.model)
        self.indexes = WitnessedIndexes(self.ledger, self.model)
        self.index = SimIndex()
        self.shelf = SimShelf()
        self.originals = FakeOriginals()
        self.arrivals: dict[tuple[str, str], float] = {}
        """When each original was kept last."""
        self._others = fake_world(ledger=self.ledger).ports  # what no history asks for
        self._wires = {store: Wire(weather, self._death, self.note) for store in STORES}
        self.server = Server(compose, self._ports, self._ready, weather.delay)
        catalogue = FarCatalogue(self._wires["ledger"], SimCatalogue(self.ledger))
        self.searcher = Searcher(catalogue, FarVectors(self._wires["index"], self.index))
        self.reading = Reading(catalogue)
        self.shown = FarShelf(self._wires["shelf"], self.shelf)

    def note(self, who: str, what: str) -> None:
        """Write down what happened, for whoever replays it."""
        self.log.append((asyncio.get_running_loop().time(), who, what))

    def _ports(self) -> Ports:
        wires = self._wires
        ledger = FarLedger(wires["ledger"], self.ledger)
        return replace(
            self._others,
            ledger=ledger,
            keeping=FarKeeping(wires["ledger"], ledger, FakeKeeping(self.ledger)),
            erasures=FarErasures(wires["ledger"], ledger, FakeErasures(self.ledger)),
            indexes=FarIndexes(wires["ledger"], ledger, self.indexes),
            book=FarBook(wires["ledger"], self.ledger),
            index=FarIndex(wires["index"], self.index),
            originals=FarOriginals(wires["originals"], self.originals, self.arrivals),
            shelf=FarShelf(wires["shelf"], self.shelf),
            embedder=FarEmbedder(wires["embedder"], FakeEmbedder(MODEL)),
            parser=QuickParser(),
            count=words,
        )

    async def _ready(self) -> None:
        """Wait for the writer's session: a server that still works on the last one's call holds it."""
        await FarLedger(self._wires["ledger"], self.ledger).free()

    def _death(self) -> None:
        """The process dies; every third time the power goes, and takes what no store has made durable."""
        power = self.dice.random() < 0.33
        self.note("world", "the power goes" if power else "the process dies")
        if power:
            self.index.power_cut()
            self.shelf.power_cut()
            for wire in self._wires.values():
                wire.cut()
        self.server.die()

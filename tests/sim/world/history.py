"""One history from its seed: everybody does what they do in bad weather, and then it is counted in calm."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from chassis.errors import ServiceError
from ingestion.assembly import Ingestion, assembled
from ingestion.ports import Ports
from ingestion.settings import IngestionSettings
from retrieval.records import Place
from retrieval.search.words import Mode
from sim.world.loop import VirtualLoop
from sim.world.model import Wrong
from sim.world.operating import Operator
from sim.world.people import ALL, READERS, TENANTS, Searching, Writer
from sim.world.server import CORPUS, Composed, Unmeasured
from sim.world.weather import Weather
from sim.world.world import WitnessedLedger, World

SETTINGS = IngestionSettings(
    batch_chunks=6,
    batch_linger=0.5,
    documents_in_flight=4,
    embed_texts=4,
    embed_calls=2,
    index_every=20,
    sweep_every=20,
    sweep_grace=60,
)
PATIENCE = 50
"""Seconds in which a writer gets through once the weather is calm: fewer than the grace of the sweeper."""

MEASURES = Unmeasured()


Log = list[tuple[float, str, str]]
"""What happened: at which second, to whom, what."""


class Failed(AssertionError):
    """A history in which a promise was broken."""

    def __init__(self, seed: int, why: BaseException, log: Log) -> None:
        lines = [f"{at:9.3f}  {who:16} {what}" for at, who, what in log]
        super().__init__("\n".join([*lines, f"seed {seed}: {why!r}", f"again: make test-sim SEED={seed}"]))
        self.seed = seed
        self.why = why


def real(ports: Ports) -> AbstractAsyncContextManager[Ingestion]:
    """Put ingestion together as it is put together in production."""
    return assembled(ports, SETTINGS, MEASURES)


@dataclass(frozen=True)
class Plan:
    """What a world is made of: the real thing, unless a test plants a bug in it."""

    compose: Composed = real
    ledger: type[WitnessedLedger] = WitnessedLedger


REAL = Plan()


def run(seed: int, plan: Plan = REAL) -> Log:
    """Live through a history and return what happened in it; raise `Failed` when a promise is broken."""
    dice = random.Random(seed)
    loop = VirtualLoop(dice, shuffled=dice.random() < 0.7)
    stalls = dice.random() < 0.1
    weather = Weather(dice, dice.choice((0.0, 0.02, 0.05, 0.1)), SETTINGS.sweep_grace * 1.5 if stalls else 4.0)
    world = World(dice, weather, plan.compose, plan.ledger)
    MEASURES.mistakes.clear()
    try:
        loop.run(_live(world, tidy=not stalls))
        _nobody_stumbled(loop)
    except Exception as why:
        raise Failed(seed, why, world.log) from why
    finally:
        loop.run(world.server.stop())
    return world.log


async def _live(world: World, *, tidy: bool) -> None:
    world.weather.calm = True
    await world.server.start()
    for tenant in TENANTS:
        await world.server.create(tenant)
    world.weather.calm = False
    writers = [Writer(world, f"writer {at} of {tenant}", tenant) for at, tenant in enumerate((*TENANTS, TENANTS[0]))]
    readers = [Searching(world, tenant, world.dice.choice(READERS)) for tenant in TENANTS]
    async with asyncio.TaskGroup() as group:
        for writer in writers:
            group.create_task(writer.write(3))
        for reader in readers:
            group.create_task(reader.read(3))
        if world.dice.random() < 0.5:
            group.create_task(Operator(world, TENANTS[0]).work(4))
    world.weather.calm = True
    await asyncio.sleep(2 * world.weather.longest)  # what is on its way still arrives, and a dead process is replaced
    for writer in writers[:2]:
        await _gets_through(writer)
    # A dropped index is left alone for a grace, and so are the rows that its end leaves behind.
    await asyncio.sleep(2 * (SETTINGS.sweep_grace + SETTINGS.sweep_every) + SETTINGS.index_every)
    await _everything_is_there(world)
    _nothing_erased_is_there(world)
    if tidy:
        _nothing_else_is_there(world)


async def _gets_through(writer: Writer) -> None:
    page = writer.page("a")
    until = asyncio.get_running_loop().time() + PATIENCE
    while asyncio.get_running_loop().time() < until:
        try:
            if await writer.put([page]):
                return
        except ServiceError:
            pass
        await asyncio.sleep(1)
    raise Wrong("all is well, and a document is not acknowledged")


async def _everything_is_there(world: World) -> None:
    for tenant in TENANTS:
        for groups in READERS:
            await Searching(world, tenant, groups).look(Mode.HYBRID, ALL)
        shown = world.shelf.versions.get((tenant, CORPUS))
        if shown not in (None, world.ledger.corpora[tenant, CORPUS].version):
            raise Wrong(f"the shelf shows {shown} at last")


def _nothing_else_is_there(world: World) -> None:
    drafts = list(world.ledger.placements.values())
    wanted = Counter(Place(draft.id.hex, draft.generation, chunk.ordinal) for draft in drafts for chunk in draft.chunks)
    rows = Counter(row.place for rows in world.index.rows.values() for row in rows)
    if rows != wanted:
        raise Wrong(f"in the index and not visible: {rows - wanted}; missing: {wanted - rows}")
    if set(world.ledger.chunks) != {(draft.id, draft.generation) for draft in drafts} or world.ledger.notes:
        raise Wrong("the ledger holds what nobody sees")
    terms = Counter((draft.index.id, term) for draft in drafts for chunk in draft.chunks for term in chunk.term_ids)
    if +world.ledger.lexicon != terms:
        raise Wrong("the lexicon counts what nobody sees")


def _nothing_erased_is_there(world: World) -> None:
    """An original that was kept again after it was asked to go, by somebody else or late, is another one."""
    for original, asked in world.model.gone.items():
        needed = any((put.corpus.tenant, put.sha256) == original for put in world.ledger.documents.values())
        if original in world.originals.kept and not needed and world.arrivals[original] < asked:
            raise Wrong(f"{original} was erased and is kept")
    if world.ledger.erasing:
        raise Wrong("an erasure is not finished in calm weather")


def _nobody_stumbled(loop: VirtualLoop) -> None:
    if MEASURES.mistakes:
        raise MEASURES.mistakes[0]
    if loop.troubles:
        raise Wrong(f"nobody caught: {loop.troubles}")

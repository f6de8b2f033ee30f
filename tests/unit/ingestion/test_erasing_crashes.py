"""An erasure that dies anywhere is finished by the next process, and leaves nothing."""

from __future__ import annotations

import hashlib

import pytest

from chassis.errors import Internal
from fakes.index import FakeIndex
from fakes.ledger import FakeLedger
from fakes.objects import FakeOriginals
from fakes.shelf import FakeShelf
from fakes.steps import Died, Steps
from rigs.ingestion import SETTINGS, TENANT, corpus_of, document, fake_world, put

PATIENT = SETTINGS.model_copy(update={"sweep_grace": 3600.0, "originals_grace": 86_400.0})
TEXTS = ("An old secret.", "A new secret.")


class Stores:
    """What outlives the process."""

    def __init__(self):
        self.ledger, self.index, self.shelf, self.originals = FakeLedger(), FakeIndex(), FakeShelf(), FakeOriginals()

    def world(self, steps: Steps | None = None):
        stores = {"ledger": self.ledger, "index": self.index, "shelf": self.shelf, "originals": self.originals}
        return fake_world(steps, **stores)


async def before(stores):
    async with stores.world().running(PATIENT) as ingestion:
        corpus = await corpus_of(ingestion)
        for text in TEXTS:
            await put(ingestion, corpus, document("secret", text), document("other", "Something else."))
    return corpus


async def erased(stores, corpus, steps):
    """Erase until the process dies; return the record, or None."""
    try:
        async with stores.world(steps).running(PATIENT) as ingestion:
            return await ingestion.eraser.erase(corpus, "secret", "ann")
    except (Died, Internal):
        return None


async def crashes():
    """Yield the stores after a death at each possible step."""
    steps, stores = Steps(), Stores()
    await erased(stores, await before(stores), steps)
    for place in range(len(steps.seen)):
        stores = Stores()
        corpus = await before(stores)
        record = await erased(stores, corpus, Steps(die_at=place))
        stores.index.restart()
        yield steps.seen[place], stores, corpus, record


def left(stores, corpus):
    """Return what any store still has of the document."""
    ledger, collection = stores.ledger, corpus.index.collection
    other = ledger.documents[corpus.id, "other"]
    digests = {hashlib.sha256(text.encode()).hexdigest() for text in TEXTS}
    return [
        *(key for key in ledger.documents if key[1] == "secret"),
        *(key for key in ledger.chunks if key[0] != other.id),
        *(row for row in stores.index.rows(collection) if row[0] != other.id.hex),
        *(digest for tenant, digest in stores.originals.kept if (tenant, digest) in {(TENANT, one) for one in digests}),
    ]


async def test_what_a_crash_breaks_off_is_finished_and_nothing_is_left():
    places = 0
    async for place, stores, corpus, record in crashes():
        begun = bool(stores.ledger.erasing)
        async with stores.world().running(PATIENT) as ingestion:
            assert await ingestion.eraser.finish() == begun, place
            again = await ingestion.eraser.erase(corpus, "secret", "ann")

        assert left(stores, corpus) == [], place
        assert record in (None, again), place
        assert len(stores.ledger.erased) == 1, place
        assert (await stores.world().eye.visible(corpus))["other"].whole, place
        places += 1
    assert places > 30


async def test_after_a_crash_at_any_step_no_old_version_is_shown():
    async for place, stores, corpus, _ in crashes():
        assert stores.shelf.versions.get(corpus.name) in (None, stores.ledger.now(corpus).version), place


async def test_what_is_erased_is_swept_once_more_after_the_grace():
    stores = Stores()
    corpus = await before(stores)
    secret = stores.ledger.documents[corpus.id, "secret"]
    async with stores.world().running(PATIENT) as ingestion:
        await ingestion.eraser.erase(corpus, "secret", "ann")
        rows = stores.index.durable[corpus.index.collection]
        rows |= {(secret.id.hex, secret.generation, 0)}  # a write that was given up long ago arrives
    async with stores.world().running(PATIENT.model_copy(update={"sweep_grace": 0.0})) as ingestion:
        await ingestion.sweeper.sweep()

    assert left(stores, corpus) == []
    assert stores.ledger.notes == {}


@pytest.mark.parametrize("store", ["index erase", "objects remove", "erasures finish"])
async def test_the_steps_that_matter_are_among_those_that_a_crash_hits(store):
    steps, stores = Steps(), Stores()
    await erased(stores, await before(stores), steps)

    assert f"before {store}" in steps.seen

"""A process that dies anywhere leaves every document either as it was or as it was to be."""

from __future__ import annotations

from collections import Counter

import pytest

from chassis.errors import Internal
from chassis.terms import term_id, terms
from fakes.index import FakeIndex, LateIndex
from fakes.ledger import FakeLedger
from fakes.shelf import FakeShelf
from fakes.steps import Died, Steps
from ingestion.writing.words import Written
from rigs.ingestion import corpus_of, document, fake_world, put

OLD = "The old page: one dam.\n\nIt holds water."
NEW = "The new page: two dams.\n\nThey hold more water.\n\nAnd fish."


class Stores:
    """What outlives the process."""

    def __init__(self, index: FakeIndex | None = None):
        self.ledger, self.index, self.shelf = FakeLedger(), index or FakeIndex(), FakeShelf()

    def world(self, steps: Steps | None = None):
        return fake_world(steps, ledger=self.ledger, index=self.index, shelf=self.shelf)


async def before(stores: Stores):
    async with stores.world().running() as ingestion:
        corpus = await corpus_of(ingestion)
        await put(ingestion, corpus, document("changed", OLD), document("deleted"), document("kept"))
    return corpus


async def work(stores: Stores, corpus, steps: Steps):
    """Change, add and delete; return what was acknowledged."""
    acknowledged = {}
    try:
        async with stores.world(steps).running() as ingestion:
            outcomes = await put(ingestion, corpus, document("changed", NEW), document("added", NEW))
            acknowledged = {name for name, outcome in outcomes.items() if isinstance(outcome, Written)}
            await ingestion.putter.delete(corpus, "deleted")
            acknowledged |= {"deleted"}
            await ingestion.sweeper.sweep()
    except (Died, Internal):
        pass
    return acknowledged


async def crashes(make_index):
    """Yield the world after a death at each possible step, with what was acknowledged before."""
    steps = Steps()
    stores = Stores(make_index())
    await work(stores, await before(stores), steps)
    for place in range(len(steps.seen)):
        stores = Stores(make_index())
        corpus = await before(stores)
        acknowledged = await work(stores, corpus, Steps(die_at=place))
        stores.index.restart()
        yield steps.seen[place], stores, corpus, acknowledged


async def test_after_a_crash_at_any_step_each_document_is_whole_and_old_or_new():
    places = 0
    async for place, stores, corpus, acknowledged in crashes(FakeIndex):
        seen = await stores.world().eye.visible(corpus)

        assert all(each.whole for each in seen.values()), place
        assert seen["kept"].text.startswith("About kept"), place
        assert seen["changed"].text in ({NEW} if "changed" in acknowledged else {OLD, NEW}), place
        assert ("added" in seen) >= ("added" in acknowledged), place
        assert ("deleted" in seen) <= ("deleted" not in acknowledged), place
        places += 1
    assert places > 30


async def test_after_a_crash_at_any_step_the_lexicon_counts_what_is_visible():
    async for place, stores, corpus, _ in crashes(FakeIndex):
        eye = stores.world().eye
        seen, books = await eye.visible(corpus), await eye.books(corpus)

        assert books.documents == len(seen), place
        chunks = [chunk for draft in stores.ledger.placements.values() for chunk in draft.chunks]
        assert books.lexicon == Counter(term for chunk in chunks for term in chunk.term_ids), place
        assert term_id(terms("water")[0]) in books.lexicon, place


async def test_after_a_crash_at_any_step_no_old_version_is_shown():
    async for place, stores, corpus, _ in crashes(FakeIndex):
        shown = stores.shelf.versions.get(corpus.name)

        assert shown in (None, stores.ledger.now(corpus).version), place


async def test_what_a_crash_leaves_behind_is_swept_and_the_work_can_be_done_again():
    async for place, stores, corpus, _ in crashes(FakeIndex):
        async with stores.world().running() as ingestion:
            outcomes = await put(ingestion, corpus, document("changed", NEW), document("added", NEW))
            await ingestion.sweeper.sweep()
        seen = await stores.world().eye.visible(corpus)
        chunks = sum(len(draft.chunks) for draft in stores.ledger.placements.values())

        assert all(isinstance(outcome, Written) for outcome in outcomes.values()), place
        assert seen["changed"].text == NEW == seen["added"].text, place
        assert len(stores.index.rows(corpus.index.collection)) == chunks, place
        assert stores.ledger.notes == {}, place


async def test_a_planted_bug_is_found_commit_before_flush():
    halves = []
    async for place, stores, corpus, _ in crashes(LateIndex):
        if not all(each.whole for each in (await stores.world().eye.visible(corpus)).values()):
            halves.append(place)

    assert halves


@pytest.mark.parametrize("place", ["after ledger commit", "before shelf put"])
async def test_a_crash_between_commit_and_acknowledgement_is_mended_by_putting_again(place):
    async for crashed_at, stores, corpus, acknowledged in crashes(FakeIndex):
        if crashed_at == place and "added" in await stores.world().eye.visible(corpus) and "added" not in acknowledged:
            async with stores.world().running() as ingestion:
                outcomes = await put(ingestion, corpus, document("added", NEW))
            assert outcomes["added"].unchanged
            return
    pytest.fail("no such crash")

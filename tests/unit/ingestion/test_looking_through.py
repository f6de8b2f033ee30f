"""How a builder goes through a corpus: once, page by page, and what it builds says who wrote it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingestion.checking.words import Author
from ingestion.corpora.words import Chunking
from ingestion.indexing.building import PORTION, TAIL
from rigs.ingestion import SETTINGS, TENANT, corpus_of, document, fake_world, put

SMALL = Chunking(max_tokens=32)


@pytest.fixture
def world():
    return fake_world()


@pytest.fixture
async def ingestion(world):
    async with world.running(SETTINGS.model_copy(update={"index_every": 3600.0})) as running:
        yield running


@pytest.fixture
async def corpus(ingestion):
    made = await corpus_of(ingestion)
    await put(ingestion, made, document("a"), document("b"))
    return made


class Asked:
    """Remembers which pages of what is lacking were asked for."""

    def __init__(self, book):
        self._book = book
        self.pages = []

    def __getattr__(self, name):
        return getattr(self._book, name)

    async def stale(self, building, pipeline, most, after=""):
        found = await self._book.stale(building, pipeline, most, after)
        self.pages.append((after, len(found)))
        return found


async def test_a_document_in_another_index_says_who_wrote_it(world, ingestion, corpus):
    await put(ingestion, corpus, document("mine", author=Author(by="ann", groups=frozenset())))
    await ingestion.indexes.begin(TENANT, "library", SMALL, None, switches=True)
    while await ingestion.builder.step():
        pass

    placed = world.ports.ledger.placed(corpus)
    assert {source: draft.by for source, draft in placed.items()} == {"a": "", "b": "", "mine": "ann"}


async def test_a_large_corpus_is_gone_through_once_and_what_changed_behind_is_not_missed(world, ingestion, corpus):
    many = [document(f"d{number:04}") for number in range(3 * PORTION)]
    await put(ingestion, corpus, *many)
    asked = Asked(world.ports.indexes)
    builder = replace(ingestion.builder, book=asked)
    await ingestion.indexes.begin(TENANT, "library", SMALL, None, switches=True)

    await builder.step()
    await put(ingestion, corpus, document("a", "Changed behind the builder."))
    while await builder.step():
        pass

    assert (await ingestion.corpora.named(TENANT, "library")).index.number == 2
    assert (await world.eye.visible(corpus))["a"].text == "Changed behind the builder."
    from_the_beginning = [found for after, found in asked.pages if not after]
    assert from_the_beginning[0] == PORTION
    assert sum(from_the_beginning[1:]) <= 4 * TAIL

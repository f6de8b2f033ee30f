"""A document that is replaced in the midst of a search is found, as it was or as it is."""

from dataclasses import replace

import pytest

from fakes.catalogue import FakeCatalogue
from fakes.library import MODEL, Library, Written
from fakes.vectors import FakeVectors, at_hand
from retrieval.records import Reader
from retrieval.search.searcher import ATTEMPTS, Searcher
from retrieval.search.words import Embedded, Mode, Query

READER = Reader(tenant="acme", groups=frozenset({"everyone"}))
PAGE = Written(source="north.md", chunks=(("a compass", (0.0, 1.0)),))
NORTH = Query(corpus="docs", text="", embedded=at_hand(Embedded((0.0, 1.0), MODEL)), mode=Mode.DENSE, top_k=10)


class Replacing(FakeCatalogue):
    """Has the page replaced, so many times, between what is found and what is seen."""

    def __init__(self, times):
        super().__init__(Library([PAGE]))
        self.left = times
        self.version = self.opened_times = 0

    async def opened(self, tenant, name, terms, number=0):
        self.opened_times += 1
        corpus, counts = await super().opened(tenant, name, terms, number)
        return replace(corpus, version=self.version), counts

    async def replaced(self, reader, corpus, places):
        return await super().replaced(reader, self.library.corpus(reader.tenant, corpus.name), places)

    async def seen(self, reader, corpus, places, shown):
        if self.left:
            self.left, self.version = self.left - 1, self.version + 1
            old = replace(self.library.written[-1], committed=False)
            self.library.written[:] = [old, replace(old, generation=old.generation + 1, committed=True)]
        return await super().seen(reader, self.library.corpus(reader.tenant, corpus.name), places, shown)


@pytest.mark.parametrize("times", range(ATTEMPTS))
async def test_a_document_that_is_replaced_while_it_is_searched_is_found(times):
    catalogue = Replacing(times)

    found = await Searcher(catalogue, FakeVectors(catalogue.library)).search(READER, NORTH)

    assert [hit.chunk.generation for hit in found.hits] == [1 + times]
    assert found.corpus_version == times


@pytest.mark.parametrize(("source", "questions"), [("north.md", 1), ("new.md", 2)])
async def test_what_is_not_committed_costs_at_most_one_question_and_no_second_search(source, questions):
    catalogue = Replacing(0)
    catalogue.library.written.append(replace(PAGE, source=source, generation=2, committed=False))
    vectors = FakeVectors(catalogue.library)

    await Searcher(catalogue, vectors).search(READER, NORTH)

    assert (catalogue.opened_times, len(vectors.limits)) == (questions, 1)

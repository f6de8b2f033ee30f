import asyncio
from dataclasses import replace

import pytest

from chassis.errors import FailedPrecondition, InvalidArgument, NotFound, Unavailable
from fakes.catalogue import FakeCatalogue
from fakes.library import MODEL, Library, Written
from fakes.vectors import FakeVectors, at_hand
from retrieval.records import Model, Reader
from retrieval.search.searcher import Searcher
from retrieval.search.words import Embedded, Mode, Query

EVERYBODY = Reader(tenant="acme", groups=frozenset({"everyone"}))
NORTH, EAST, NORTH_EAST = (0.0, 1.0), (1.0, 0.0), (0.6, 0.8)


def query(text="queue", vector=NORTH, mode=Mode.HYBRID, *, top_k=10, model=MODEL, corpus="docs"):
    embedded = at_hand(None if vector is None else Embedded(vector, model))
    return Query(corpus=corpus, text=text, embedded=embedded, mode=mode, top_k=top_k)


def library(*written):
    stores = Library(list(written))
    catalogue, vectors = FakeCatalogue(stores), FakeVectors(stores)
    return catalogue, vectors, Searcher(catalogue, vectors)


PAGES = (
    Written(source="north.md", chunks=(("a compass", NORTH),)),
    Written(source="queue.md", chunks=(("a queue of calls", EAST), ("a queue, a queue", NORTH_EAST))),
    Written(source="east.md", chunks=(("a map", EAST),)),
)


def names(found):
    return [(hit.chunk.document_id, hit.chunk.ordinal) for hit in found.hits]


async def test_dense_search_orders_by_cosine():
    *_, searcher = library(*PAGES)

    found = await searcher.search(EVERYBODY, query(mode=Mode.DENSE, top_k=2))

    assert names(found) == [("north.md", 0), ("queue.md", 1)]
    assert [(hit.score, hit.dense, hit.lexical) for hit in found.hits] == [(1.0, 1.0, None), (0.8, 0.8, None)]
    assert (found.terms, found.degraded) == ((), ())


async def test_lexical_search_orders_by_words_and_needs_no_vector():
    _, vectors, searcher = library(*PAGES)

    found = await searcher.search(EVERYBODY, query("queues", vector=None, mode=Mode.LEXICAL))

    assert names(found) == [("queue.md", 1), ("queue.md", 0)]
    assert all(hit.dense is None and hit.lexical == hit.score > 0 for hit in found.hits)
    assert [term.text for term in found.terms] == ["queue"]
    assert found.degraded == ()
    assert {half for half, _ in vectors.limits} == {"lexical"}


async def test_hybrid_search_fuses_both():
    *_, searcher = library(*PAGES)

    found = await searcher.search(EVERYBODY, query())

    assert names(found)[0] == ("queue.md", 1)
    assert found.hits[0].score == pytest.approx(0.5 * 0.8 + 0.5 * 1.0)


async def test_equals_are_ordered_by_document_and_ordinal():
    same = (("same", NORTH), ("same", NORTH))
    *_, searcher = library(Written(source="b.md", chunks=same), Written(source="a.md", chunks=same))

    found = await searcher.search(EVERYBODY, query("same"))

    assert names(found) == [("a.md", 0), ("a.md", 1), ("b.md", 0), ("b.md", 1)]


async def test_a_hybrid_search_without_a_vector_is_lexical_and_says_so():
    *_, searcher = library(*PAGES)

    found = await searcher.search(EVERYBODY, query(vector=None))

    assert names(found) == [("queue.md", 1), ("queue.md", 0)]
    assert [hit.score for hit in found.hits] == [0.5, 0.0]
    assert found.degraded == ("dense",)


@pytest.mark.parametrize("half", ["dense", "lexical"])
async def test_a_half_that_fails_is_named_and_the_other_answers(half):
    _, vectors, searcher = library(*PAGES)
    vectors.failures[half] = Unavailable("away")

    found = await searcher.search(EVERYBODY, query())

    assert found.hits
    assert found.degraded == (half,)


async def test_a_search_by_one_half_fails_with_it():
    _, vectors, searcher = library(*PAGES)
    vectors.failures["dense"] = Unavailable("away")

    with pytest.raises(Unavailable):
        await searcher.search(EVERYBODY, query(mode=Mode.DENSE))


async def test_words_that_say_nothing_leave_the_search_to_the_vector():
    *_, searcher = library(*PAGES)

    found = await searcher.search(EVERYBODY, query("what is it"))

    assert names(found)[0] == ("north.md", 0)
    assert found.degraded == ()


async def test_dense_search_without_a_vector_is_refused_by_name():
    *_, searcher = library(*PAGES)

    with pytest.raises(InvalidArgument) as caught:
        await searcher.search(EVERYBODY, query(vector=None, mode=Mode.DENSE))

    assert [violation.field for violation in caught.value.violations] == ["vector"]


@pytest.mark.parametrize("model", [Model(name="embedding-int8", version="1"), Model(name="embedding", version="2")])
async def test_a_vector_of_another_model_is_refused(model):
    *_, searcher = library(*PAGES)

    with pytest.raises(FailedPrecondition, match="embedding@1"):
        await searcher.search(EVERYBODY, query(model=model))


async def test_the_words_are_searched_while_the_vector_is_on_its_way():
    _, vectors, searcher = library(*PAGES)

    async def late() -> Embedded:
        await asyncio.wait_for(vectors.began["lexical"].wait(), 5)
        assert [half for half, _ in vectors.limits] == ["lexical"]
        return Embedded(NORTH, MODEL)

    found = await searcher.search(EVERYBODY, replace(query(), embedded=late))

    assert {half for half, _ in vectors.limits} == {"dense", "lexical"}
    assert found.degraded == ()


async def test_an_unknown_corpus_is_told_before_the_vector_is_there():
    *_, searcher = library(*PAGES)

    async def never() -> None:
        await asyncio.Event().wait()

    async with asyncio.timeout(5):
        with pytest.raises(NotFound):
            await searcher.search(EVERYBODY, replace(query(corpus="other"), embedded=never))


async def test_an_unknown_corpus_is_not_found():
    *_, searcher = library(*PAGES)

    with pytest.raises(NotFound):
        await searcher.search(EVERYBODY, query(corpus="other"))


async def test_another_tenants_corpus_is_not_found():
    *_, searcher = library(*PAGES)

    with pytest.raises(NotFound):
        await searcher.search(Reader(tenant="globex", groups=frozenset({"everyone"})), query())

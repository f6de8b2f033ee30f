import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.catalogue import FakeCatalogue
from fakes.library import MODEL, Library, Written
from fakes.vectors import FakeVectors, at_hand
from retrieval.records import Reader
from retrieval.search.searcher import Searcher
from retrieval.search.words import Embedded, Mode, Query

EVERYBODY = Reader(tenant="acme", groups=frozenset({"everyone"}))
TEXTS = st.sampled_from(["queue", "queue queue", "compass", "queue compass"])
GROUPS = st.frozensets(st.sampled_from(["everyone", "hr", "legal"]), min_size=1)
CHUNKS = st.lists(st.tuples(TEXTS, st.sampled_from([(0.0, 1.0), (1.0, 0.0), (0.6, 0.8)])), min_size=1, max_size=3)


@st.composite
def libraries(draw):
    places = st.tuples(st.sampled_from(["acme", "globex"]), st.sampled_from(["docs", "wiki"]), st.integers(0, 6))
    return Library(
        [
            Written(
                tenant=tenant,
                corpus=corpus,
                source=f"{tenant}-{corpus}-{number}",
                chunks=tuple(draw(CHUNKS)),
                groups=draw(GROUPS),
                committed=draw(st.booleans()),
            )
            for tenant, corpus, number in draw(st.sets(places, min_size=1))
        ]
    )


def query(mode=Mode.HYBRID, top_k=10, text="queue"):
    return Query(corpus="docs", text=text, embedded=at_hand(Embedded((0.0, 1.0), MODEL)), mode=mode, top_k=top_k)


def committed(count, *, hidden):
    """So many pages that are visible, and better ones that are not."""
    good, better = (("queue", (0.6, 0.8)),), (("queue queue", (0.0, 1.0)),)
    return Library(
        [
            *(Written(source=f"new-{n:04}", chunks=better, committed=False) for n in range(hidden)),
            *(Written(source=f"old-{n:04}", chunks=good) for n in range(count)),
        ]
    )


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("hidden", [0, 5, 150, 600])
async def test_k_stays_k_whatever_is_hidden(mode, hidden):
    stores = committed(40, hidden=hidden)
    catalogue = FakeCatalogue(stores)

    found = await Searcher(catalogue, FakeVectors(stores)).search(EVERYBODY, query(mode, top_k=20))

    assert [hit.chunk.document_id for hit in found.hits] == [f"old-{n:04}" for n in range(20)]
    assert len(catalogue.asked) <= 4


async def test_fetching_more_has_an_end():
    stores = committed(5, hidden=9000)
    vectors = FakeVectors(stores)

    found = await Searcher(FakeCatalogue(stores), vectors).search(EVERYBODY, query(Mode.DENSE))

    assert found.hits == ()
    assert len(vectors.limits) == 3


@pytest.mark.parametrize("mode", list(Mode))
async def test_what_is_not_visible_moves_no_score(mode):
    with_hidden, without = committed(40, hidden=30), committed(40, hidden=0)
    results = [
        await Searcher(FakeCatalogue(stores), FakeVectors(stores)).search(EVERYBODY, query(mode))
        for stores in (with_hidden, without)
    ]

    assert results[0].hits == results[1].hits


@given(libraries(), st.sampled_from(["acme", "globex"]), GROUPS, st.sampled_from(list(Mode)), st.integers(1, 30))
async def test_nobody_finds_what_they_may_not_read_even_when_the_vector_store_forgets_every_filter(
    stores, tenant, groups, mode, top_k
):
    if (tenant, "docs") not in stores.corpora():
        return
    reader = Reader(tenant=tenant, groups=groups)

    found = await Searcher(FakeCatalogue(stores), FakeVectors(stores, careless=True)).search(reader, query(mode, top_k))

    allowed = {
        one.source
        for one in stores.written
        if (one.tenant, one.corpus, one.committed) == (tenant, "docs", True) and one.groups & groups
    }
    assert {hit.chunk.document_id for hit in found.hits} <= allowed
    if mode is Mode.DENSE:
        assert {hit.chunk.document_id for hit in found.hits} == allowed or len(found.hits) == top_k

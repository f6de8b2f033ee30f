from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.searcher import FakeSearcher
from orchestrator.search.distinct import distinct
from orchestrator.search.showing import Showing, more, spread
from orchestrator.search.words import Chunk, Found, Hit, Place, Query

TEXT = "the queue of a model holds what came while the model was busy and gives it away in the order in which it came"
WORDS = TEXT.split()


def hit(document, text, ordinal=0, heading="Queues", score=1.0):
    return Hit(chunk=Chunk(document_id=document, ordinal=ordinal, text=text, headings=(heading,)), score=score)


def ids(hits):
    return [each.chunk.document_id for each in hits]


@pytest.mark.parametrize("other", [TEXT, TEXT.upper().replace(" ", "\n"), f"{TEXT}!"])
def test_what_another_document_says_again_is_shown_once_and_named(other):
    found = distinct([hit("a", TEXT), hit("b", "Something else."), hit("c", other, 7), hit("d", TEXT)])

    assert ids(found) == ["a", "b"]
    assert found[0].duplicates == (Place("c", 7), Place("d", 0))


def test_a_word_of_many_makes_no_other_text():
    long = " ".join(f"{word}{at}" for at in range(8) for word in WORDS)

    assert ids(distinct([hit("a", long), hit("b", long.replace("busy4", "idle"))])) == ["a"]


@pytest.mark.parametrize(
    "other", [TEXT.replace("model", "broker"), " ".join(reversed(WORDS)), f"{TEXT} {TEXT.replace('e', 'o')}"]
)
def test_what_differs_in_more_than_a_word_is_another_text(other):
    assert ids(distinct([hit("a", TEXT), hit("b", other)])) == ["a", "b"]


def test_chunks_of_one_document_are_left_alone():
    assert ids(distinct([hit("a", TEXT), hit("a", TEXT, 1)])) == ["a", "a"]


def test_a_short_text_means_something_else_under_another_heading():
    found = distinct([hit("a", "Default: 5."), hit("b", "Default: 5.", heading="Pools"), hit("c", "default: 5")])

    assert ids(found) == ["a", "b"]
    assert found[0].duplicates == (Place("c", 0),)


@given(st.lists(st.text(max_size=60), unique_by=lambda text: text.casefold(), max_size=20))
def test_nothing_is_lost_and_the_order_stays(texts):
    hits = [hit(f"{at}", text) for at, text in enumerate(texts)]

    found = distinct(hits)

    places = [int(one) for one in ids(found)]
    assert places == sorted(places)
    kept = {*ids(found), *(place.document_id for each in found for place in each.duplicates)}
    assert kept == set(ids(hits))


def test_a_hundred_long_chunks_are_compared_in_milliseconds():
    hits = [
        hit(f"{at}", " ".join(f"{word}{(at * 7 + n) % 50}" for n in range(8) for word in WORDS)) for at in range(100)
    ]
    before = time.process_time()

    distinct(hits)

    assert time.process_time() - before < 0.25


def test_a_document_has_at_most_half_of_the_places_while_others_have_something():
    hits = [*(hit("a", f"a {at}", at) for at in range(8)), hit("b", "b"), hit("c", "c")]

    assert ids(spread(hits, 6)) == ["a", "a", "a", "b", "c", "a"]
    assert ids(spread(hits[:8], 6)) == ["a"] * 6
    assert [each.chunk.ordinal for each in spread(hits, 10) if each.chunk.document_id == "a"] == list(range(8))


@given(st.lists(st.integers(0, 10), unique=True), st.integers(1, 12))
def test_a_list_of_one_chunk_a_document_is_left_as_it_is(documents, top_k):
    hits = tuple(hit(f"{one}", f"text {one}") for one in documents)

    assert spread(distinct(hits), top_k) == hits[:top_k]


@pytest.mark.parametrize(("top_k", "asked"), [(1, 6), (4, 11), (12, 23), (100, 100), (1000, 1000)])
async def test_a_few_more_are_asked_for_and_as_many_as_wanted_are_shown(top_k, asked):
    inner = FakeSearcher(Found(hits=tuple(hit(f"{at}", f"text {at}") for at in range(asked))))

    found = await Showing(inner).search(Query(corpus="docs", text="queue", top_k=top_k))

    assert (inner.asked[0].top_k, more(top_k)) == (asked, asked)
    assert ids(found.hits) == [f"{at}" for at in range(top_k)]

from retrieval.records import Chunk, Place, Scored, Sight
from retrieval.search.ranking import kept, likely, ranked, told

A, B, C = (Place(letter * 32, 1, 0) for letter in "abc")
SIGHTS = {A: Sight("a.md", None), B: Sight("b.md", None), C: Sight("c.md", None)}


def chunk(source):
    return Chunk(document_id=source, ordinal=0, text="text", headings=(), title="", uri="", generation=1)


def test_only_the_best_that_were_seen_are_kept():
    half = [Scored(A, 3.0), Scored(B, 2.0), Scored(C, 1.0)]

    assert kept(half, {B, C}, 1) == {B: 2.0}


def test_one_half_alone_keeps_its_scores():
    assert ranked({"lexical": {A: 3.0, B: 7.0}}, SIGHTS) == [(B, 7.0), (A, 3.0)]


def test_two_halves_are_fused():
    assert ranked({"dense": {A: 0.9, B: 0.1}, "lexical": {A: 3.0, C: 1.0}}, SIGHTS)[0] == (A, 1.0)


def test_equals_stand_by_document_and_ordinal():
    later = Place("a" * 32, 1, 7)

    order = ranked({"dense": {C: 1.0, later: 1.0, A: 1.0}}, {**SIGHTS, later: Sight("a.md", None)})

    assert [place for place, _ in order] == [A, later, C]


def test_more_is_likely_to_be_shown_than_was_asked_for():
    half = [Scored(Place(f"{n:032x}", 1, 0), -float(n)) for n in range(100)]

    assert likely({"dense": half}, 10) == {scored.place for scored in half[:20]}


def test_what_was_replaced_in_this_moment_is_left_out():
    sights = {A: Sight("a.md", chunk("a.md")), B: Sight("b.md", None)}

    hits = told([(B, 2.0), (A, 1.0)], {"dense": {A: 1.0, B: 2.0}}, sights)

    assert [hit.chunk.document_id for hit in hits] == ["a.md"]


def test_nothing_found_is_nothing_told():
    assert (ranked({}, {}), likely({}, 5), told([], {}, {})) == ([], frozenset(), ())

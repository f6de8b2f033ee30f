"""What is kept of an answer comes back whole, or not at all."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from gateway.cache.entries import Entry, packed, unpacked
from gateway.cache.near.vectors import Vector
from gateway.cache.near.vectors import packed as noted
from gateway.cache.near.vectors import unpacked as read
from gateway.cache.words import Key, Scope

ENTRIES = st.builds(
    Entry,
    sources=st.binary(max_size=50),
    text=st.text(st.characters(exclude_categories=["Cs"]), max_size=200),
    closing=st.binary(max_size=50),
    made=st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3),
)
SCOPE = Scope(
    tenant="acme",
    groups=frozenset({"hr"}),
    corpus="docs",
    filter="",
    max_sources=4,
    max_output_tokens=0,
    temperature=0.0,
    seed=0,
    routes="r",
)
OTHERS = {
    "tenant": "acme2",
    "groups": frozenset({"hr", "it"}),
    "corpus": "plans",
    "filter": "a == 1",
    "max_sources": 5,
    "max_output_tokens": 1,
    "temperature": 0.1,
    "seed": 1,
    "routes": "s",
    "guard": "strict@1",
}


@given(ENTRIES)
def test_what_is_kept_comes_back(entry):
    assert unpacked(packed(entry, "d"), "d") == entry


@given(ENTRIES, st.data())
def test_what_is_damaged_or_of_another_key_does_not(entry, data):
    value = bytearray(packed(entry, "d"))
    at = data.draw(st.integers(0, len(value) - 1))
    whole, value[at] = bytes(value), value[at] ^ data.draw(st.integers(1, 255))

    assert unpacked(bytes(value), "d") is None
    assert unpacked(whole[:at], "d") is None
    assert unpacked(whole, "other") is None


@given(ENTRIES)
def test_pieces_are_the_text(entry):
    assert "".join(entry.pieces()) == entry.text
    assert all(entry.pieces())


def test_every_field_of_a_scope_makes_another_key():
    assert set(OTHERS) == set(Scope.__dataclass_fields__)
    digests = [Key(scope=replace(SCOPE, **{name: value}), question="why?").digest for name, value in OTHERS.items()]
    assert len({*digests, Key(scope=SCOPE, question="why?").digest}) == len(OTHERS) + 1


@given(st.lists(st.frozensets(st.text(max_size=3), max_size=3), min_size=2, max_size=2, unique=True))
def test_no_two_sets_of_groups_share_a_key(groups):
    one, other = (replace(SCOPE, groups=each).digest for each in groups)

    assert one != other


def test_what_was_made_by_another_version_does_not_hold():
    entry = Entry(sources=b"", text="", closing=b"", made={"prompt": "answer@1"})

    assert entry.holds({})
    assert entry.holds({"prompt": "answer@1", "model generator": "x@1"})
    assert not entry.holds({"prompt": "answer@2"})


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=50), st.lists(st.floats(-1, 1), max_size=8))
def test_a_note_comes_back(question, values):
    note = read(noted(question, Vector(values=values, role="embedding", model="m", version="1")))

    assert (note.question, note.made) == (question, "m@1")
    assert all(abs(one - other) < 1e-3 for one, other in zip(note.values, values, strict=True))

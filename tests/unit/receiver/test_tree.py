"""Who called whom, and for how long."""

from __future__ import annotations

import pytest

from forebay_client.receiver.spans import Span
from forebay_client.receiver.tree import tree

MS = 1_000_000


def span(span_id: str, parent: str = "", start: int = 0, end: int = 10) -> Span:
    return Span(
        trace_id="t",
        span_id=span_id,
        parent_id=parent,
        name=span_id,
        kind="server",
        service="gateway",
        start_ns=start * MS,
        end_ns=end * MS,
        status="unset",
        attributes={},
    )


def shape(spans: list[Span]) -> list[tuple[int, str]]:
    return [(depth, node.span.name) for depth, node in tree(spans).walk()]


def test_children_stand_below_their_parent_in_order_of_time():
    spans = [span("late", "root", 5, 6), span("root"), span("early", "root", 1, 2), span("inner", "early", 1, 2)]

    assert shape(spans) == [(0, "root"), (1, "early"), (2, "inner"), (1, "late")]


def test_a_span_whose_parent_is_missing_is_an_orphan_with_all_below_it():
    found = tree([span("root"), span("lost", "nowhere"), span("below", "lost")])

    assert [node.span.name for node in found.roots] == ["root"]
    assert [node.span.name for node in found.orphans] == ["lost"]
    assert [child.span.name for child in found.orphans[0].children] == ["below"]


def test_a_circle_of_parents_is_an_orphan_and_ends():
    found = tree([span("root"), span("a", "b", 1), span("b", "a", 2), span("self", "self", 3)])

    assert [node.span.name for node in found.orphans] == ["a", "self"]
    assert len(shape([span("a", "b"), span("b", "a")])) == 2


def test_a_span_that_was_delivered_twice_counts_once():
    assert shape([span("root"), span("root")]) == [(0, "root")]


def test_no_spans_make_an_empty_tree():
    assert shape([]) == []


@pytest.mark.parametrize(
    ("children", "own"),
    [
        ([], 10),
        ([(0, 4)], 6),
        ([(0, 4), (2, 6)], 4),  # side by side
        ([(0, 4), (1, 2)], 6),  # one within the other
        ([(-5, 2), (9, 20)], 7),  # clocks that disagree
        ([(4, 3)], 10),  # ends before it starts
    ],
)
def test_own_time_is_what_no_child_covers(children, own):
    spans = [span("root"), *(span(f"c{n}", "root", *times) for n, times in enumerate(children))]

    root = tree(spans).roots[0]

    assert root.duration_ms == 10
    assert root.own_ms == own


def test_a_span_survives_json():
    one = span("root")

    assert Span.from_json(one.to_json()) == one

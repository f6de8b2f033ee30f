"""Parts start after what they need."""

from __future__ import annotations

import pytest

from forebay_client.stack.graph import dependents, layers
from forebay_client.stack.part import Launch, Part


def part(name: str, *needs: str) -> Part:
    return Part(name=name, needs=frozenset(needs), launch=lambda _: Launch(command=("true",)))


def names(parts: list[Part]) -> list[list[str]]:
    return [[one.name for one in layer] for layer in layers(parts)]


def test_independent_parts_stand_in_one_layer():
    assert names([part("a"), part("b")]) == [["a", "b"]]


def test_each_part_stands_after_all_that_it_needs():
    parts = [part("gateway", "search", "store"), part("search", "store", "model"), part("store"), part("model")]

    assert names(parts) == [["store", "model"], ["search"], ["gateway"]]


@pytest.mark.parametrize(
    ("parts", "complaint"),
    [
        ([part("a", "b"), part("b", "a"), part("c")], r"circle: \['a', 'b'\]"),
        ([part("a", "a")], "circle"),
        ([part("a", "nowhere")], "nowhere"),
        ([part("a"), part("a")], "same name"),
    ],
)
def test_a_graph_that_cannot_start_is_refused(parts, complaint):
    with pytest.raises(ValueError, match=complaint):
        layers(parts)


def test_what_needs_a_part_is_known_so_that_it_stops_first():
    parts = [part("a"), part("b", "a"), part("c", "a", "b")]

    assert [one.name for one in dependents(parts, "a")] == ["b", "c"]

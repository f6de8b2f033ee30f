from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedding.batching.pending import Pending, Piece, Shape

SHAPE = Shape(tokens=256, rows=16, step=8, slack=16)


@dataclass(frozen=True, eq=False)
class Asker:
    number: int


def filled(*requests):
    pending = Pending(SHAPE)
    for number, lengths in enumerate(requests):
        asker = Asker(number)
        for place, length in enumerate(lengths):
            pending.add(Piece([1] * length, asker, place))
    return pending


def lengths(batch):
    return [len(piece.ids) for piece in batch]


def test_the_longest_text_of_the_oldest_request_goes_first():
    assert lengths(filled([8, 64, 16], [200]).take()) == [64]


def test_neighbours_of_other_requests_fill_the_batch():
    assert lengths(filled([64], [63, 56, 48, 40, 65]).take()) == [64, 63, 56, 48]


@pytest.mark.parametrize(("length", "rows"), [(8, 16), (16, 16), (32, 8), (128, 2), (256, 1), (1000, 1)])
def test_batches_are_bounded_by_tokens_and_rows(length, rows):
    assert len(filled([length] * 40).take()) == rows


@pytest.mark.parametrize(
    ("lengths", "width"), [([13], 16), ([16, 3], 16), ([30] * 8, 30), ([30] * 7, 32), ([300], 300)]
)
def test_a_batch_with_room_left_is_padded_so_that_others_fit(lengths, width):
    assert SHAPE.width([[1] * length for length in lengths]) == width


def test_it_knows_whether_a_batch_could_be_filled():
    assert not filled([32] * 7).full
    assert filled([32] * 8).full
    assert not filled().full


def test_what_nobody_waits_for_is_forgotten():
    pending = filled([8, 16])
    asker = pending.take()[0].owner

    pending.drop(asker)

    assert not pending
    assert pending.tokens == 0


REQUESTS = st.lists(st.lists(st.integers(1, 300), min_size=1, max_size=30), max_size=8)


@given(REQUESTS)
def test_every_text_goes_once_and_no_batch_breaks_its_bounds(requests):
    pending, taken = filled(*requests), []
    while batch := pending.take():
        longest = max(lengths(batch))
        assert len(batch) <= SHAPE.room(longest)
        assert min(lengths(batch)) >= longest - SHAPE.slack
        taken += [(piece.owner.number, piece.place) for piece in batch]

    assert pending.tokens == 0
    assert sorted(taken) == [(number, place) for number, texts in enumerate(requests) for place in range(len(texts))]


@given(REQUESTS)
def test_nobody_overtakes_the_oldest_for_ever(requests):
    pending, remaining = filled(*requests), [len(texts) for texts in requests]
    while batch := pending.take():
        oldest = next(number for number, count in enumerate(remaining) if count)
        assert oldest in {piece.owner.number for piece in batch}
        for piece in batch:
            remaining[piece.owner.number] -= 1

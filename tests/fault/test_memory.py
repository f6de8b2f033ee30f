"""What the rounds hold readers against: it must allow what is right and catch each kind of loss."""

from __future__ import annotations

import pytest

from rigs.faults.memory import History, Memory
from rigs.faults.papers import PARTS, mark, marks, sentence


class Piece:
    def __init__(self, text):
        self.text = text


def history(*, sent, acknowledged, deletions=()):
    return History(sent=sent, acknowledged=acknowledged, deletions=set(deletions))


@pytest.mark.parametrize(
    ("known", "floor", "seen"),
    [
        (history(sent=0, acknowledged=0), 0, None),
        (history(sent=1, acknowledged=0), 0, None),
        (history(sent=1, acknowledged=0), 0, 1),
        (history(sent=3, acknowledged=3), 3, 3),
        (history(sent=4, acknowledged=3), 3, 4),
        (history(sent=4, acknowledged=3, deletions={4}), 3, None),
        (history(sent=4, acknowledged=4, deletions={4}), 4, None),
    ],
)
def test_what_is_acknowledged_or_on_its_way_may_be_seen(known, floor, seen):
    assert known.allows(floor, seen)


@pytest.mark.parametrize(
    ("known", "floor", "seen"),
    [
        (history(sent=1, acknowledged=1), 1, None),  # lost
        (history(sent=4, acknowledged=4), 4, 3),  # an old version after its acknowledgement
        (history(sent=4, acknowledged=4, deletions={4}), 4, 3),  # deleted and seen
        (history(sent=5, acknowledged=5, deletions={4}), 5, None),  # written again and lost
        (history(sent=2, acknowledged=2), 2, 3),  # nobody wrote that
    ],
)
def test_what_is_lost_stale_or_deleted_is_caught(known, floor, seen):
    memory = Memory()
    memory.histories[7] = known

    memory.check(7, floor, seen, "list")

    assert len(memory.broken) == 1
    assert "document 7" in memory.broken[0]


def test_a_floor_is_what_was_acknowledged_when_the_read_began():
    memory = Memory()
    first = memory.histories[7].begin()
    memory.histories[7].acknowledge(first)
    floors = memory.floors()
    memory.histories[7].acknowledge(memory.histories[7].begin())

    memory.check(7, floors[7], first, "get")

    assert memory.broken == []
    assert memory.in_doubt() == 0


def test_each_chunk_says_which_it_is():
    pieces = [Piece(sentence(12, 3, part)) for part in range(PARTS)]

    assert marks(pieces) == {(12, 3, part): 1 for part in range(PARTS)}
    assert marks([*pieces, pieces[0]])[12, 3, 0] == 2
    assert mark(1, 23, 4) != mark(12, 3, 4)

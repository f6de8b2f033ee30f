"""Hostile filters: each is understood, and then means the same when it is printed and read again, or is refused."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from chassis.filters import Columns, Malformed, expression, parsed, printed, sql
from rigs.rounds import long_round

PIECES = [
    *(
        "lang",
        "year",
        "`a b`",
        "`",
        '"',
        "'",
        '"en"',
        "'x'",
        "==",
        "!=",
        "<",
        ">=",
        "in",
        "not",
        "and",
        "or",
        "(",
        ")",
        "[",
        "]",
    ),
    *(
        ",",
        "starts_with",
        "starts_with(path, 'docs/')",
        "lang == 'en'",
        "year >= 2020",
        "kind in ['a', 'b']",
        "not (",
        "1",
        "-1",
    ),
    *(
        "1e999",
        "0.5",
        "99999999999999999999",
        "true",
        "null",
        "--",
        ";",
        "%",
        "\\",
        "\\u0000",
        "\x00",
        "\n",
        "\u202e",
        "\ud800",
        "é",
    ),
    *("id", "mime", "tenant", "readers", "' or 1=1", '" or "" == "', "${x}", "{0}", "x" * 300, "(" * 40, "not " * 40),
]
COLUMNS = Columns("d.metadata", {"id": "d.source_id", "mime": "d.mime"})


def test_hostile_filters_are_understood_or_refused(tally):
    _round(tally, 5_000, seed=1)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_many_hostile_filters_are_understood_or_refused(tally):
    _round(tally, long_round("filters"), seed=2)


def _round(tally, rounds, seed):
    dice, understood = random.Random(seed), 0
    for _ in range(rounds):
        condition = _understood(_drawn(dice))
        if condition is None:
            continue
        understood += 1
        assert parsed(printed(condition)) == condition
        assert expression(condition)
        question, values = sql(condition, COLUMNS)
        assert all(isinstance(value, str | int | float) for value in values.values())
        assert ";" not in question
    tally.note("filters", Counter(understood=understood, refused=rounds - understood))
    assert 0 < understood < rounds


def _understood(text):
    try:
        return parsed(text)
    except Malformed:
        return None


def _drawn(dice):
    if dice.random() < 0.4:
        parts = [dice.choice(PIECES[23:26]) for _ in range(dice.randrange(1, 5))]
        return f" {dice.choice(('and', 'or', 'and not'))} ".join(parts) + dice.choice(
            ("", "", " ", ")", dice.choice(PIECES))
        )
    return dice.choice((" ", "", " ")).join(dice.choice(PIECES) for _ in range(dice.randrange(1, 14)))

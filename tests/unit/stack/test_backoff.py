"""The wait before a restart grows, and shrinks again after a long life."""

from __future__ import annotations

from forebay_client.stack.backoff import Backoff


def test_each_quick_death_doubles_the_wait_up_to_a_limit():
    backoff = Backoff(first=1, most=5)

    assert [backoff.after(lived=0.1) for _ in range(5)] == [1, 2, 4, 5, 5]


def test_a_long_life_makes_the_next_death_the_first():
    backoff = Backoff(first=1, most=100, stable=60)
    waits = [backoff.after(1), backoff.after(1), backoff.after(60), backoff.after(1)]

    assert waits == [1, 2, 1, 2]


def test_a_thousand_deaths_do_not_overflow():
    backoff = Backoff()

    assert max(backoff.after(0) for _ in range(2000)) == backoff.most

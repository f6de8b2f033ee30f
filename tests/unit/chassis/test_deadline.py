from __future__ import annotations

import contextvars

from chassis import deadline


def test_there_is_no_deadline_unless_somebody_sets_one():
    assert deadline.remaining() is None


def test_within_gives_a_time_and_takes_it_back():
    with deadline.within(5):
        assert 4.9 < deadline.remaining() <= 5

    assert deadline.remaining() is None


def test_an_inner_time_never_outlasts_the_outer():
    with deadline.within(1), deadline.within(60):
        assert deadline.remaining() <= 1


def test_an_inner_time_may_be_shorter():
    with deadline.within(60):
        with deadline.within(1):
            assert deadline.remaining() <= 1

        assert deadline.remaining() > 50


def test_what_is_left_is_never_below_zero():
    with deadline.within(-1):
        assert deadline.remaining() == 0


def test_a_request_begins_with_its_own_time_or_with_none():
    def served(seconds):
        deadline.begin(seconds)
        return deadline.remaining()

    with deadline.within(60):
        assert contextvars.copy_context().run(served, 2) <= 2
        assert contextvars.copy_context().run(served, None) is None
        assert deadline.remaining() > 50

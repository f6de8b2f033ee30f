from __future__ import annotations

import pytest

from embedding.batching.pace import Pace
from fakes.clock import FakeClock


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def pace(clock):
    return Pace(clock)


def work(pace, clock, tokens, seconds):
    with pace.measured(tokens):
        clock.advance(seconds)


def test_nothing_is_expected_of_a_model_that_has_not_worked(pace):
    assert pace.seconds(1_000_000) == 0


def test_what_it_did_is_what_it_will_do(pace, clock):
    work(pace, clock, 500, 0.1)

    assert pace.seconds(5_000) == pytest.approx(1.0)


def test_a_small_batch_that_took_long_by_accident_weighs_little(pace, clock):
    for _ in range(20):
        work(pace, clock, 500, 0.1)

    work(pace, clock, 2, 0.1)

    assert pace.seconds(5_000) == pytest.approx(1.1, abs=0.05)


def test_a_model_that_got_slower_is_believed_soon(pace, clock):
    for _ in range(20):
        work(pace, clock, 500, 0.1)
    for _ in range(20):
        work(pace, clock, 500, 0.4)

    assert pace.seconds(5_000) > 3.5


def test_time_in_which_two_batches_overlap_counts_once(pace, clock):
    with pace.measured(500):
        work(pace, clock, 500, 0.1)
        clock.advance(0.1)

    assert pace.seconds(1_000) == pytest.approx(0.2, rel=0.06)


def test_a_batch_that_fails_teaches_nothing(pace):
    with pytest.raises(KeyError), pace.measured(1):
        raise KeyError

    assert pace.seconds(10) == 0

from __future__ import annotations

import pytest

from bench.sides import Side, interleaved
from bench.statistics import estimated, percentile, ratio


def test_an_estimate_is_the_median_between_its_bounds():
    estimate = estimated([5.0, 1.0, 4.0, 2.0, 3.0])

    assert estimate.value == 3.0
    assert 1.0 <= estimate.low <= 3.0 <= estimate.high <= 5.0


def test_samples_that_agree_leave_no_doubt():
    estimate = estimated([2.0] * 20)

    assert (estimate.low, estimate.high) == (2.0, 2.0)


def test_noise_that_hits_both_sides_of_a_round_cancels_out():
    noise = [1.0, 10.0, 3.0, 0.5]

    estimate = ratio([2 * one for one in noise], noise)

    assert (estimate.value, estimate.low, estimate.high) == (2.0, 2.0, 2.0)


def test_rounds_of_different_number_cannot_be_paired():
    with pytest.raises(ValueError, match="longer"):
        ratio([1.0], [1.0, 2.0])


@pytest.mark.parametrize(("share", "expected"), [(0.0, 1.0), (0.5, 3.0), (0.95, 5.0), (1.0, 5.0)])
def test_a_percentile_is_one_of_the_samples(share, expected):
    assert percentile([5.0, 3.0, 1.0, 2.0, 4.0], share) == expected


async def test_sides_take_turns_and_warm_up_is_left_out():
    calls = []

    def side(name):
        async def measure():
            calls.append(name)
            return float(len(calls))

        return Side(name, "calls", measure)

    figures = await interleaved([side("a"), side("b")], rounds=3, warmup=1)

    assert [len(figures[name]) for name in ("a", "b")] == [3, 3]
    assert all({calls[number], calls[number + 1]} == {"a", "b"} for number in range(0, 8, 2))
    assert min(figures["a"] + figures["b"]) == 3.0

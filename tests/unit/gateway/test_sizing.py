from __future__ import annotations

from gateway.admission.sizing import Adaptive, Fixed

SLOTS = 8
"""Calls that the services behind serve at the same time; more wait for each other."""


def served(size: Adaptive, calls: int, slots: int = SLOTS, alone: float = 0.1) -> None:
    """Serve calls by services that are always asked as much as the size lets in."""
    for _ in range(calls):
        size.took(alone * max(1.0, size.now / slots), size.now)


def test_the_size_comes_down_to_what_is_served_without_waiting_and_stays_near_it():
    size = Adaptive(256)
    small = Adaptive(4)

    served(size, 20_000)
    served(small, 20_000)

    assert SLOTS <= size.now <= 1.5 * SLOTS
    assert small.now == 4


def test_services_that_become_slower_get_fewer_calls():
    size = Adaptive(256)
    served(size, 20_000, slots=32)
    before = size.now

    served(size, 20_000, slots=4)

    assert size.now < before / 2


def test_what_nobody_needs_is_not_granted():
    size = Adaptive(256)
    served(size, 20_000)
    before = size.now

    for _ in range(300):
        size.took(0.1, 1)

    assert size.now <= before + 1  # the place that a measurement left out


def test_one_slow_moment_takes_little_away():
    size = Adaptive(256)
    served(size, 5_000)
    before = size.now

    for _ in range(before):
        size.took(10.0, before)

    assert size.now >= 0.7 * before


def test_the_floor_follows_services_that_are_slower_for_good():
    size = Adaptive(64)
    served(size, 5_000, alone=0.1)

    served(size, 20_000, alone=0.4)

    assert abs(size.floor - 0.4) < 0.1
    assert size.now >= SLOTS


def test_a_fixed_size_stays():
    size = Fixed(3)
    size.took(100.0, 3)

    assert size.now == 3

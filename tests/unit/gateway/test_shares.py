from __future__ import annotations

from math import inf

import pytest

from gateway.admission.shares import Shares, level

MEMORY = 6.0


def after(seconds: float, **asked: int) -> Shares:
    """Return shares in which ten calls were served of those that were asked."""
    shares = Shares(0.0)
    for tenant, calls in asked.items():
        for _ in range(calls):
            shares.asked(tenant)
    for _ in range(10):
        shares.served()
    shares.fade(seconds, MEMORY)
    return shares


@pytest.mark.parametrize(
    ("asked", "served", "most"),
    [
        ([2, 3, 5], 10, inf),
        ([20], 10, 10),
        ([20, 30], 10, 5),
        ([2, 20, 30], 10, 4),
        ([1, 2, 20], 10, 7),
        ([], 0, inf),
    ],
)
def test_each_is_due_what_it_asked_for_up_to_an_even_part_of_the_rest(asked, served, most):
    assert level(asked, served) == most


def test_who_asks_for_more_than_an_even_part_is_not_modest():
    shares = after(1.0, little=2, much=30)

    assert shares.modest("little")
    assert shares.modest("new")
    assert not shares.modest("much")


def test_while_everybody_can_be_served_everybody_is_modest():
    assert after(1.0, little=2, much=8).modest("much")


def test_room_is_worth_setting_aside_only_between_some_and_others():
    assert after(1.0, little=2, much=30).divided
    assert not after(1.0, much=30).divided
    assert not after(1.0, little=2, much=8).divided
    assert not after(1.0, one=20, other=20).divided


def test_what_was_asked_is_forgotten():
    shares = after(1.0, much=30)
    shares.fade(100.0, MEMORY)

    assert shares.modest("much")

from __future__ import annotations

import pytest

from chassis.routing import pinning
from chassis.routing.pinning import METADATA_KEY, Choice, Choices

ONE = Choice("model/generator", "generator/generator@2", "large", 7)
OTHER = Choice("service/embedding", "dns:///embedding-canary:50062", "standard", 7)


def test_choices_come_through_metadata_as_they_were():
    assert pinning.read(pinning.carried((ONE, OTHER))) == (ONE, OTHER)
    assert pinning.carried(()) == []


@pytest.mark.parametrize(
    "text",
    ["", ",", "model/generator", "model/a b c d", "user/a b c 1", "model/a b c 1 2", b"model/a b c 1", "x" * 9000],
)
def test_what_is_no_choice_is_left_out(text):
    assert pinning.read([(METADATA_KEY, text)]) == ()


def test_a_flood_of_choices_is_cut_off():
    entries = ",".join(f"model/role-{number} t s 1" for number in range(10_000))

    assert len(pinning.read([(METADATA_KEY, entries)])) == 32


def test_what_came_with_the_call_is_not_told_back():
    choices = Choices([ONE])
    choices.add(OTHER)

    assert choices.all() == (ONE, OTHER)
    assert choices.made() == (OTHER,)


def test_what_a_callee_chose_is_kept_unless_it_was_chosen_here():
    choices = Choices([ONE])
    later = Choice(ONE.key, "generator/generator@1", "small", 8)

    choices.learn(pinning.carried((later, OTHER)))

    assert choices.all() == (ONE, OTHER)


def test_a_target_that_took_over_is_told():
    choices = Choices([ONE])
    choices.add(later := Choice(ONE.key, "generator/generator@1", "small", 7))

    assert choices.made() == (later,)

from __future__ import annotations

import pytest

from chassis.errors import InvalidArgument
from chassis.snapshot import Priority
from gateway.visits.priority import wanted


def test_a_request_has_the_priority_of_its_policy_and_may_ask_for_less():
    assert wanted([], Priority.STANDARD) is Priority.STANDARD
    assert wanted(["batch"], Priority.STANDARD) is Priority.BATCH


def test_asking_for_more_changes_nothing():
    assert wanted(["interactive"], Priority.STANDARD) is Priority.STANDARD


def test_a_priority_that_does_not_exist_is_told_with_those_that_do():
    with pytest.raises(InvalidArgument, match="interactive, standard, batch"):
        wanted(["urgent"], Priority.STANDARD)

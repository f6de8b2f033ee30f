from __future__ import annotations

from collections import Counter

import pytest

from chassis.routing.choosing import choose
from chassis.snapshot import Route, Target

TENANTS = [f"tenant-{number}" for number in range(2000)]


def route(**weights):
    return Route(role="generator", targets=[Target(pool="p", model=name, weight=weights[name]) for name in weights])


def always(_target):
    return True


def chosen(weighted, ready=always):
    return {tenant: choose(weighted, tenant, ready).model for tenant in TENANTS}


def test_a_tenant_stays_with_its_target():
    assert chosen(route(a=1, b=1)) == chosen(route(a=1, b=1))


def test_weights_share_out_the_tenants():
    shares = Counter(chosen(route(a=90, b=10)).values())

    assert shares["b"] / len(TENANTS) == pytest.approx(0.1, abs=0.03)


def test_a_new_weight_moves_only_the_tenants_that_must_move():
    before, after = chosen(route(a=90, b=10)), chosen(route(a=80, b=20))

    assert {(before[tenant], after[tenant]) for tenant in TENANTS} == {("a", "a"), ("a", "b"), ("b", "b")}


def test_no_weight_is_no_traffic():
    assert set(chosen(route(a=1, b=0)).values()) == {"a"}


def test_a_target_that_is_down_hands_its_tenants_over_and_moves_nobody_else():
    before = chosen(route(a=1, b=1, c=1))
    after = chosen(route(a=1, b=1, c=1), lambda target: target.model != "b")

    assert all(after[tenant] == before[tenant] or before[tenant] == "b" for tenant in TENANTS)
    assert set(after.values()) == {"a", "c"}


def test_when_all_are_down_the_first_choice_remains():
    assert chosen(route(a=1, b=1), lambda _target: False) == chosen(route(a=1, b=1))

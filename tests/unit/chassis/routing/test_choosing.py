from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.routing.choosing import Chooser
from chassis.snapshot import Route, Target

TENANTS = [f"tenant-{number}" for number in range(200)]
NAMES = "abcd"
weights = st.dictionaries(st.sampled_from(NAMES), st.integers(1, 100), min_size=2)
tenants = st.lists(st.text("abcdefgh-", min_size=1, max_size=8), min_size=1, max_size=120, unique=True)


def target(name, weight=1, tier="standard"):
    return Target(pool="p", model=name, weight=weight, tier=tier)


def route(*targets, **weighted):
    return Route(role="generator", targets=[*targets, *(target(name, weighted[name]) for name in sorted(weighted))])


def always(_target):
    return True


def chosen(one, among=TENANTS, ready=always, known=TENANTS):
    chooser = Chooser(one, known)
    return {tenant: chooser.choose(tenant, ready).model for tenant in among}


def test_a_tenant_stays_with_its_target():
    assert chosen(route(a=1, b=1)) == chosen(route(a=1, b=1))


@pytest.mark.parametrize("weight", [1, 5, 10, 33, 50, 90])
def test_a_weight_is_a_share_of_the_tenants_to_the_nearest_one(weight):
    shares = Counter(chosen(route(a=100 - weight, b=weight)).values())

    assert shares["b"] == 2 * weight


@given(weights, tenants)
@settings(max_examples=60)
def test_every_target_gets_its_share_of_the_tenants(weighted, known):
    shares = Counter(chosen(route(**weighted), known, known=known).values())

    total = sum(weighted.values())
    assert all(abs(shares[name] - len(known) * weighted[name] / total) <= 1.5 for name in weighted)


def test_without_the_list_of_tenants_chance_shares_them_out():
    many = [f"tenant-{number}" for number in range(4000)]

    for known in ((), many):
        shares = Counter(chosen(route(a=90, b=10), many, known=known).values())
        assert shares["b"] / len(many) == pytest.approx(0.1, abs=0.02)


@given(st.integers(0, 100), st.integers(0, 100), tenants)
@settings(max_examples=100)
def test_more_weight_takes_tenants_in_and_lets_none_go(one, other, known):
    less, more = sorted((one, other))
    few = chosen(route(a=101 - less, b=less), known, known=known)
    many = chosen(route(a=101 - more, b=more), known, known=known)

    assert all(many[tenant] == "b" for tenant in known if few[tenant] == "b")


@given(weights, tenants, st.sampled_from(NAMES))
@settings(max_examples=100)
def test_a_target_that_is_down_hands_its_tenants_over_and_moves_nobody_else(weighted, known, down):
    before = chosen(route(**weighted), known, known=known)
    after = chosen(route(**weighted), known, lambda target: target.model != down, known)

    assert all(after[tenant] == before[tenant] for tenant in known if before[tenant] != down)
    assert down not in after.values()


def test_a_target_that_goes_moves_only_its_own_tenants_and_few_at_the_edge():
    before = chosen(route(a=50, b=30, c=20))
    after = chosen(route(a=50, b=30))

    moved = [tenant for tenant in TENANTS if before[tenant] != "c" and after[tenant] != before[tenant]]
    assert len(moved) <= 0.05 * len(TENANTS)


def test_a_tenant_more_moves_at_most_a_few_others():
    before = chosen(route(a=90, b=10))
    after = chosen(route(a=90, b=10), known=[*TENANTS, "one-more"])

    assert sum(before[tenant] != after[tenant] for tenant in TENANTS) <= 1


def test_roles_share_their_tenants_out_apart():
    other = Route(role="embedding", targets=route(a=50, b=50).targets)

    assert chosen(route(a=50, b=50)) != chosen(other)


def test_no_weight_is_no_traffic():
    assert set(chosen(route(a=1, b=0), ready=lambda target: target.model == "b").values()) == {"a"}


def test_when_all_are_down_the_first_choice_remains():
    assert chosen(route(a=1, b=1), ready=lambda _target: False) == chosen(route(a=1, b=1))


TIERS = route(target("large", tier="large"), target("small", tier="small"), a=1, b=1)


def test_tiers_are_tried_in_their_order():
    assert set(chosen(TIERS).values()) == {"large"}
    assert set(chosen(TIERS, ready=lambda target: target.tier != "large").values()) == {"a", "b"}
    assert set(chosen(TIERS, ready=lambda target: target.tier == "small").values()) == {"small"}


def test_a_route_has_its_own_order_of_tiers():
    own = Route(role="generator", targets=TIERS.targets, tiers=("small", "standard", "large"))

    assert set(chosen(own).values()) == {"small"}


def test_below_a_tier_are_those_that_come_after_it():
    chooser = Chooser(TIERS, TENANTS)

    assert chooser.lower("acme", "large", always).tier == "standard"
    assert chooser.lower("acme", "standard", always).tier == "small"
    assert chooser.lower("acme", "small", always) is None
    assert chooser.lower("acme", "large", lambda target: target.tier == "small").tier == "small"
    assert chooser.lower("acme", "unheard-of", always) is None


def test_a_lower_tier_is_known_as_one():
    chooser = Chooser(TIERS, TENANTS)

    assert [chooser.fell(one) for one in TIERS.targets] == [False, True, True, True]

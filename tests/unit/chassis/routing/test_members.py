"""Histories of a route: weights, targets and readiness change at random, and the rules hold at every step."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

from chassis import identity, names
from chassis.errors import Internal, NotFound, Unavailable
from chassis.identity import Identity
from chassis.routing import RoutingSettings, pinning
from chassis.routing.breaker import Breaker
from chassis.routing.members import Members
from chassis.routing.meters import Meters
from chassis.routing.standing import Standing
from chassis.routing.table import Table
from chassis.snapshot import Route, Snapshot, Target
from fakes.clock import FakeClock

TENANTS = [f"tenant-{number}" for number in range(60)]
POOL = "abcdef"


class World:
    """Models that come and go, and a route over them."""

    def __init__(self, seed):
        self.draw = random.Random(seed)
        self.up = set()
        self.version = 0

    async def ask(self, place):
        if place.model not in self.up:
            raise Unavailable("not there")

    def route(self):
        among = self.draw.sample(POOL, self.draw.randint(2, 4))
        targets = [
            Target(
                pool="p", model=name, weight=self.draw.choice([0, 1, 10, 90]), tier=self.draw.choice(["large", "small"])
            )
            for name in among
        ]
        return Route(role="r", targets=[targets[0].model_copy(update={"weight": 5}), *targets[1:]])

    def table(self, route):
        self.version += 1
        tenants = [{"name": tenant} for tenant in TENANTS]
        return Table.of(Snapshot(version=self.version, routes=[route], tenants=tenants))


def who(tenant):
    return identity.bound(Identity(tenant=tenant, groups=frozenset(), roles=frozenset(), key_id="k"))


def chosen(members):
    served = {}
    for tenant in TENANTS:
        with who(tenant):
            served[tenant] = members.choose()
    return served


@pytest.mark.parametrize("seed", range(40))
async def test_nobody_is_given_what_is_not_ready_and_nobody_moves_without_need(seed):
    world = World(seed)
    route = world.route()
    members = Members(route, world.table(route), world.ask, RoutingSettings(probe_failures=1), Meters())
    for _ in range(12):
        before, was = chosen(members), readiness(members)
        if same := world.draw.random() < 0.5:
            world.up ^= {world.draw.choice(POOL)}
        else:
            route = world.route()
            members.apply(route, world.table(route))
        await members.learn()
        after, now = chosen(members), readiness(members)

        if can := [target for target in route.targets if target.weight and now[target.name]]:
            best = min(route.tiers.index(target.tier) for target in can)
            assert {target.name for target in after.values()} <= {
                target.name for target in can if route.tiers.index(target.tier) == best
            }
        if same and can and any(was[target.name] for target in route.targets if target.weight):
            changed = {name for name in was if was[name] != now[name]}
            moved = [{before[tenant].name, after[tenant].name} for tenant in TENANTS if before[tenant] != after[tenant]]
            assert all(move & changed for move in moved)
    await members.aclose()


def readiness(members):
    return {target.name: members.standing(target).ready for target in members.route.targets}


async def test_a_request_keeps_what_it_was_given_whatever_changes():
    world = World(1)
    world.up = set(POOL)
    first = Route(role="r", targets=[Target(pool="p", model="a"), Target(pool="p", model="b", weight=0)])
    members = Members(first, world.table(first), world.ask, RoutingSettings(), Meters())
    await members.learn()
    choices = pinning.begin()
    given = members.choose()

    for names_ in ("ba", "bc", "cd"):
        route = Route(role="r", targets=[Target(pool="p", model=name) for name in names_])
        members.apply(route, world.table(route))
        assert members.choose() == given

    assert [choice.version for choice in choices.all()] == [1]
    await members.aclose()


@pytest.fixture
def reader():
    return InMemoryMetricReader()


@pytest.fixture
def standing(reader):
    provider = MeterProvider([reader])
    clock = FakeClock()
    meters = Meters(provider).of("model/r", Target(pool="p", model="m"), tier="large")
    settings = RoutingSettings(breaker_pause=1)
    one = Standing(meters, Breaker(settings.breaker(), clock), settings, clock)
    one.clock = clock
    yield one
    provider.shutdown()


async def well():
    pass


async def badly():
    raise Unavailable("not there")


def call(standing, failure=None):
    standing.begin().end(failure, "OK" if failure is None else failure.reason)


async def test_it_is_ready_once_it_says_so_and_no_longer_after_it_failed_to_twice(standing):
    assert not standing.ready

    await standing.learn(well)
    assert standing.ready

    await standing.learn(badly)
    assert standing.ready

    await standing.learn(badly)
    assert not standing.ready

    await standing.learn(well)
    assert standing.ready


async def test_mistakes_of_its_own_put_it_out_and_one_call_at_a_time_tries(standing):
    await standing.learn(well)
    for _ in range(5):
        call(standing, Internal("a mistake"))
    assert not standing.ready

    standing.clock.advance(1)
    assert standing.ready
    work = standing.begin()
    assert not standing.ready
    work.end(None, "OK")

    assert standing.ready


async def test_a_callers_mistake_says_nothing_about_it(standing):
    await standing.learn(well)
    for _ in range(50):
        call(standing, NotFound("no such thing"))

    assert standing.ready


async def test_how_its_calls_end_is_counted(standing, reader):
    call(standing)
    with pytest.raises(Internal), standing.meters.working():
        raise Internal("a mistake")

    (scope,) = reader.get_metrics_data().resource_metrics[0].scope_metrics
    points = next(metric.data.data_points for metric in scope.metrics if metric.name == names.ROUTE_DURATION)
    assert Counter({point.attributes[names.OUTCOME]: point.count for point in points}) == {"OK": 1, "INTERNAL": 1}
    assert {point.attributes[names.TARGET] for point in points} == {"p/m"}
    assert {point.attributes[names.TIER] for point in points} == {"large"}

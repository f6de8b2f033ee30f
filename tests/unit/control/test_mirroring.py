from __future__ import annotations

from datetime import UTC, datetime

import pytest

from chassis.errors import Aborted
from chassis.snapshot import Snapshot
from control.changing.changes import Changes
from control.mirroring.mirror import Mirror
from control.resources.words import Book, Ref, Resource
from fakes.cluster import FakeCluster

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ONE = {"pool": "generator", "model": "generator", "version": "1"}
OTHER = {"pool": "generator", "model": "generator", "version": "2"}
TENANT = Resource(ref=Ref("Tenant", "acme"), spec={}, version=1)


class Store:
    """Keeps resources in memory."""

    def __init__(self, *resources):
        self.now = Book(1, {each.ref: each for each in (TENANT, *resources)})
        self.document = b""
        self.steps = 0

    async def book(self):
        return self.now

    async def commit(self, step):
        assert step.base == self.now.version
        self.now = self.now.after(step.changes, step.version)
        self.document = step.document
        self.steps += 1
        return True

    @property
    def routes(self):
        snapshot = Snapshot.model_validate_json(self.document)
        return {route.key: [target.name for target in route.targets] for route in snapshot.routes}


def route(name, **spec):
    return Resource(ref=Ref("Route", name), spec=spec, version=1)


@pytest.fixture
def cluster():
    return FakeCluster()


@pytest.fixture
def store():
    return Store(route("generator", targets=[ONE]))


@pytest.fixture
def reconcile(cluster, store):
    mirror = Mirror(cluster, Changes(store), lambda: NOW)

    async def once():
        await mirror.reconcile(tuple(cluster.held.values()))

    return once


async def test_a_resource_takes_the_place_of_the_route_of_its_role(cluster, store, reconcile):
    cluster.apply("writer", role="generator", targets=[OTHER])

    await reconcile()

    assert store.routes == {"model/generator": ["generator/generator@2"]}
    assert cluster.held["writer"].status == {
        "observedGeneration": 1,
        "version": 2,
        "conditions": [
            {
                "type": "Accepted",
                "status": "True",
                "reason": "Accepted",
                "message": "model generator is shared out as it says",
                "observedGeneration": 1,
                "lastTransitionTime": "2026-11-24T12:00:00Z",
            }
        ],
    }


async def test_the_same_again_changes_nothing_and_tells_nobody(cluster, store, reconcile):
    cluster.apply("writer", role="generator", targets=[OTHER])
    for _ in range(3):
        await reconcile()

    assert store.steps == 1
    assert cluster.told == ["writer"]


async def test_a_patch_is_a_new_version_and_a_new_generation_is_told(cluster, store, reconcile):
    cluster.apply("writer", role="generator", targets=[ONE, {**OTHER, "weight": 0}])
    await reconcile()
    cluster.apply("writer", role="generator", targets=[ONE, {**OTHER, "weight": 10}])
    await reconcile()

    assert cluster.condition("writer")["observedGeneration"] == 2
    assert cluster.held["writer"].status["version"] == 3


async def test_a_resource_that_is_wrong_is_told_why_and_the_others_hold(cluster, store, reconcile):
    cluster.apply("wrong", role="orchestrater", targets=[{"address": "dns:///x:1"}])
    cluster.apply("right", role="generator", targets=[OTHER])

    await reconcile()

    assert store.routes == {"model/generator": ["generator/generator@2"]}
    told = cluster.condition("wrong")
    assert (told["status"], told["reason"]) == ("False", "Invalid")
    assert "no service calls a service named orchestrater" in told["message"]
    assert cluster.held["wrong"].status["version"] == 0


async def test_a_good_route_that_becomes_wrong_says_so_and_the_last_good_one_holds(cluster, store, reconcile):
    cluster.apply("writer", role="generator", targets=[OTHER])
    await reconcile()
    cluster.apply("writer", role="generator", targets=[{**OTHER, "weight": 0}])
    await reconcile()

    assert store.routes == {"model/generator": ["generator/generator@2"]}
    assert cluster.condition("writer")["reason"] == "Invalid"


async def test_of_two_resources_of_one_role_the_older_one_has_it(cluster, store, reconcile):
    cluster.apply("young", created="2026-02-02T00:00:00Z", role="generator", targets=[OTHER])
    cluster.apply("old", created="2026-01-01T00:00:00Z", role="generator", targets=[ONE])
    await reconcile()

    assert store.routes == {"model/generator": ["generator/generator@1"]}
    assert cluster.condition("young")["reason"] == "Conflict"
    assert "old, which is older" in cluster.condition("young")["message"]

    cluster.delete("old")
    await reconcile()

    assert store.routes == {"model/generator": ["generator/generator@2"]}
    assert cluster.condition("young")["status"] == "True"


async def test_a_resource_that_is_deleted_takes_its_route_along(cluster, store, reconcile):
    cluster.apply("canary", role="orchestrator", targets=[{"address": "dns:///orchestrator:1"}])
    await reconcile()
    cluster.delete("canary")
    await reconcile()

    assert store.routes == {"model/generator": ["generator/generator@1"]}


async def test_routes_of_other_roles_stay_as_they_were_declared(cluster, store, reconcile):
    cluster.apply("canary", role="orchestrator", targets=[{"address": "dns:///orchestrator:1"}])
    await reconcile()

    assert set(store.routes) == {"model/generator", "service/orchestrator"}


async def test_a_name_that_is_too_long_is_refused(cluster, store, reconcile):
    cluster.apply("x" * 60, role="generator", targets=[ONE])
    await reconcile()

    assert cluster.condition("x" * 60)["reason"] == "Invalid"


async def test_somebody_who_is_faster_all_the_time_is_told_of(cluster, store):
    store.commit = _never
    cluster.apply("writer", role="generator", targets=[OTHER])

    with pytest.raises(Aborted):
        await Mirror(cluster, Changes(store)).reconcile(tuple(cluster.held.values()))


async def _never(_step):
    return False

"""Route resources on a real API server, as kubectl changes them and control follows them."""

from __future__ import annotations

import asyncio
import json
import time
import uuid

import pytest
import yaml
from kubernetes.aio import client, config

from chassis.snapshot import Snapshot
from control.changing.changes import Changes
from control.kubernetes import KubernetesRoutes
from control.mirroring.mirror import mirroring
from control.resources.words import Author, Change, Ref
from fakes.cluster import OnlyOne
from fakes.control_store import FakeStore
from rigs.cluster import CHART, run

MANIFEST = {
    "apiVersion": "forebay.dev/v1alpha1",
    "kind": "Route",
    "metadata": {"name": "orchestrator"},
    "spec": {
        "role": "orchestrator",
        "targets": [
            {"address": "dns:///forebay-orchestrator:50051", "weight": 90},
            {"address": "dns:///forebay-orchestrator-canary:50051", "weight": 10},
        ],
    },
}
TO_ZERO = [{"op": "replace", "path": "/spec/targets/1/weight", "value": 0}]


@pytest.fixture(scope="module")
def namespace():
    """A namespace with the custom resource known to the cluster."""
    name = f"forebay-routes-{uuid.uuid4().hex[:8]}"
    run("kubectl", "apply", "--server-side", "--force-conflicts", "-f", str(CHART / "crds" / "routes.yaml"))
    run("kubectl", "wait", "--for=condition=Established", "crd/routes.forebay.dev", "--timeout=30s")
    run("kubectl", "create", "namespace", name)
    yield name
    run("kubectl", "delete", "namespace", name, "--wait=false")


@pytest.fixture
def kubectl(namespace):
    def call(*arguments, given=None, check=True):
        return run("kubectl", "--namespace", namespace, *arguments, given=given, check=check)

    return call


@pytest.fixture
async def store(namespace):
    """What control holds, while it follows the cluster."""
    held = FakeStore()
    await Changes(held).make(lambda _book: [Change(Ref("Tenant", "acme"), None, {})], Author("test", ""))
    await config.load_kube_config()
    async with (
        client.ApiClient() as api,
        mirroring(KubernetesRoutes(client.CustomObjectsApi(api), namespace), Changes(held), OnlyOne()),
    ):
        yield held
    await asyncio.sleep(0.25)  # aiohttp ends TLS a moment after its session, and says so in its documentation


async def weights(store, wanted):
    """Wait until control's snapshot has these weights; return the seconds that it took."""
    began = time.monotonic()
    async with asyncio.timeout(10):
        while True:
            snapshot = Snapshot.model_validate_json(store.held.document)
            if [target.weight for route in snapshot.routes for target in route.targets] == wanted:
                return time.monotonic() - began
            await asyncio.sleep(0.01)


async def told(kubectl, reason, after=0):
    """Wait until the resource says so of itself, of a later generation; return its status."""
    async with asyncio.timeout(10):
        while True:
            said = await asyncio.to_thread(kubectl, "get", "routes.forebay.dev", "orchestrator", "--output", "json")
            status = json.loads(said).get("status", {})
            said_so = [one["reason"] for one in status.get("conditions", ())] == [reason]
            if said_so and status["observedGeneration"] > after:
                return status
            await asyncio.sleep(0.1)


async def apply(kubectl, **spec):
    made = MANIFEST | {"spec": MANIFEST["spec"] | spec}
    await asyncio.to_thread(kubectl, "apply", "-f", "-", given=yaml.safe_dump(made).encode())


async def test_a_patch_holds_within_a_second_and_the_resource_says_so(kubectl, store):
    await apply(kubectl)
    await weights(store, [90, 10])
    before = await told(kubectl, "Accepted")

    await asyncio.to_thread(
        kubectl, "patch", "routes.forebay.dev", "orchestrator", "--type=json", "--patch", json.dumps(TO_ZERO)
    )
    assert await weights(store, [90, 0]) < 1

    after = await told(kubectl, "Accepted", before["observedGeneration"])
    assert after["version"] == store.held.version > before["version"]


async def test_what_the_schema_does_not_know_is_refused_by_the_api_server(kubectl, store):
    for targets in ([{"adress": "x:1"}], [{"address": "x:1", "pool": "p", "model": "m"}], []):
        made = MANIFEST | {"spec": {"role": "orchestrator", "targets": targets}}
        said = await asyncio.to_thread(
            kubectl, "apply", "--validate=strict", "-f", "-", given=yaml.safe_dump(made).encode(), check=False
        )
        assert "configured" not in said
        assert "created" not in said


async def test_what_control_refuses_is_told_and_the_last_good_route_holds(kubectl, store):
    await apply(kubectl)
    await weights(store, [90, 10])

    await apply(kubectl, role="orchestrater")

    status = await told(kubectl, "Invalid")
    assert "no service calls a service named orchestrater" in status["conditions"][0]["message"]
    await weights(store, [90, 10])


async def test_a_resource_that_is_deleted_takes_its_route_along(kubectl, store):
    await apply(kubectl)
    await weights(store, [90, 10])

    await asyncio.to_thread(kubectl, "delete", "routes.forebay.dev", "orchestrator")

    await weights(store, [])

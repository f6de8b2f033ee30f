"""A canary of a service by kubectl: weights by tenant, patched under load, taken back at once."""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path

import pytest
import yaml

from chassis.snapshot import new_key
from rigs.cluster import RELEASE, eventually
from rigs.visitor import CLIENT, Visitor, visiting

TENANTS = [f"team-{number:03}" for number in range(200)]
STABLE, CANARY, BROKEN = (f"dns:///{RELEASE}-orchestrator{track}:50051" for track in ("", "-canary", "-broken"))
NOWHERE = f"dns:///{RELEASE}-orchestrator-nowhere:50051"
PROGRAM = Path(__file__).with_name("tenants.py").read_bytes()
FILE = "/tmp/tenants.py"  # noqa: S108 - of a pod
REFUSE = """
import grpc
from concurrent.futures import ThreadPoolExecutor
key, certificate = (open(f"/etc/forebay/certificate/tls.{name}", "rb").read() for name in ("key", "crt"))
server = grpc.server(ThreadPoolExecutor(4))
server.add_secure_port("0.0.0.0:50051", grpc.ssl_server_credentials([(key, certificate)]))
server.start()
server.wait_for_termination()
"""
"""A track that is there and can do nothing: every call is UNIMPLEMENTED."""
TRIED = 5.0
"""Seconds after which a breaker lets one call try."""


@pytest.fixture(scope="module")
def keys(release, client):
    """A key for each of two hundred tenants, and a canary of the orchestrator beside it."""
    release.upgraded("--set", "tracks.orchestrator.canary.replicas=1,tracks.orchestrator.broken.replicas=0")
    made = {tenant: new_key(tenant) for tenant in TENANTS}
    documents = [{"kind": "Tenant", "name": tenant} for tenant in TENANTS]
    documents += [
        {"kind": "Key", "name": tenant, "spec": {"tenant": tenant, "sha256": digest, "roles": ["read", "write"]}}
        for tenant, (_, digest) in made.items()
    ]
    manifest = yaml.safe_dump_all(documents).encode()
    release.exec(client, "sh", "-c", "cat > /tmp/tenants.yaml && forebay apply -f /tmp/tenants.yaml", given=manifest)
    release.exec(client, "sh", "-c", f"cat > {FILE}", given=PROGRAM)
    yield {tenant: key for tenant, (key, _) in made.items()}
    release.kubectl("delete", "routes.forebay.dev", "--all")


@pytest.fixture
def route(release):
    """Says who serves the orchestrator's role, and waits until control has it."""

    def apply(*targets):
        spec = {
            "role": "orchestrator",
            "targets": [{"address": address, "weight": weight} for address, weight in targets],
        }
        made = {"apiVersion": "forebay.dev/v1alpha1", "kind": "Route", "metadata": {"name": "canary"}, "spec": spec}
        release.kubectl("apply", "-f", "-", given=yaml.safe_dump(made).encode())
        assert eventually(lambda: accepted(release))
        time.sleep(3)  # until every gateway has asked the targets whether they are there

    return apply


def accepted(release):
    made = json.loads(release.kubectl("get", "routes.forebay.dev", "canary", "--output", "json"))
    conditions = made.get("status", {}).get("conditions", [])
    return any(
        one["status"] == "True" and one["observedGeneration"] == made["metadata"]["generation"] for one in conditions
    )


@pytest.fixture
def rounds(release, client, keys):
    """Has every tenant search so many times; returns what each round saw."""

    def ask(count):
        given = json.dumps({"keys": keys, "role": "orchestrator", "rounds": count}).encode()
        said = release.exec(client, "python", FILE, given=given)
        return [json.loads(line) for line in said.splitlines()]

    return ask


def test_a_tenth_of_the_tenants_is_given_the_canary_the_same_ones_each_time(rounds, route):
    route((STABLE, 90), (CANARY, 10))

    first, again = rounds(2)

    assert first["failed"] == again["failed"] == []
    assert first["targets"] == again["targets"]
    assert Counter(first["targets"].values())[CANARY] / len(TENANTS) == pytest.approx(0.1, abs=0.02)


def test_a_target_that_is_never_there_gets_nobody(rounds, route):
    route((STABLE, 50), (NOWHERE, 50))

    (only,) = rounds(1)

    assert only["failed"] == []
    assert set(only["targets"].values()) == {STABLE}


def test_a_target_that_fails_is_out_when_its_breakers_open(release, rounds, route):
    labels = CLIENT | {"app.kubernetes.io/component": "orchestrator-broken"}
    refusing = Visitor(program=REFUSE, secrets={"certificate": {"secretName": f"{RELEASE}-tls-orchestrator"}})
    with visiting(release, "broken", labels, key=False, visitor=refusing):
        route((STABLE, 50), (BROKEN, 50))

        first, *_, before, last = rounds(6)

    gateways = len(release.pods("gateway"))
    assert first["failed"]
    assert set(last["targets"].values()) == {STABLE}
    assert len(last["failed"]) <= gateways * (1 + (last["began"] - before["began"]) / TRIED)


def test_a_patch_takes_the_canary_back_at_once_and_no_call_fails(release, rounds, route):
    route((STABLE, 90), (CANARY, 10))
    assert CANARY in rounds(1)[0]["targets"].values()

    patch = json.dumps([{"op": "replace", "path": "/spec/targets/1/weight", "value": 0}])
    release.kubectl("patch", "routes.forebay.dev", "canary", "--type=json", "--patch", patch)
    patched = time.time()
    seen = [one for one in rounds(2) if one["began"] > patched + 2]

    assert seen
    assert all(one["failed"] == [] for one in seen)
    assert all(set(one["targets"].values()) == {STABLE} for one in seen)

"""Network policies are made from the list of edges, and allow nothing else."""

from __future__ import annotations

import pytest

from chassis.edges import EDGES, STORES
from rigs.chart import merged, named, rendered, values


@pytest.mark.parametrize("name", ["dev", "production"])
def test_network_policies_are_the_list_of_edges(name):
    policies = [each for each in rendered(values(name)) if each["kind"] == "NetworkPolicy"]
    inside = STORES if name == "dev" else set()
    inside = inside - {"objects"}  # a folder, or outside
    wanted = {edge for edge in EDGES if edge[1] not in STORES or edge[1] in inside}

    assert set(edges(policies, "ingress", "from")) & set(EDGES) == wanted
    assert set(edges(policies, "egress", "to")) & set(EDGES) == wanted
    others = set(edges(policies, "ingress", "from")) | set(edges(policies, "egress", "to"))
    assert {callee for _, callee in others - EDGES} <= {"collector", "gateway", "postgres"}


def edges(policies, direction, peers):
    for policy in policies:
        here = part(policy["spec"]["podSelector"])
        for rule in policy["spec"].get(direction, []):
            for peer in rule.get(peers, []):
                there = part(peer.get("podSelector", {}))
                if here and there:
                    yield (there, here) if direction == "ingress" else (here, there)


def part(selector):
    return selector.get("matchLabels", {}).get("app.kubernetes.io/component")


def test_only_the_gateway_reaches_identity_providers_and_only_where_there_are_some():
    issuer = {"name": "corp", "issuer": "https://id.example"}
    with_some = rendered(merged(values("dev"), {"configuration": {"issuers": [issuer]}}))
    to = [{"ipBlock": {"cidr": "10.0.0.0/8"}}]
    narrowed = rendered(
        merged(values("dev"), {"networkPolicies": {"issuers": {"enabled": True, "port": 8443, "to": to}}})
    )

    assert {"ports": [{"port": 443}]} in leaving(with_some, "gateway")
    assert {"ports": [{"port": 8443}], "to": to} in leaving(narrowed, "gateway")
    assert {"ports": [{"port": 443}]} not in leaving(with_some, "orchestrator")
    assert {"ports": [{"port": 443}]} not in leaving(rendered(values("dev")), "gateway")


def leaving(objects, service):
    return named(objects, "NetworkPolicy", f"forebay-from-{service}")["spec"]["egress"]

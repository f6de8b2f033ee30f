"""Network policies are made from the list of edges, and allow nothing else."""

from __future__ import annotations

import pytest

from chassis.edges import EDGES, STORES
from rigs.chart import rendered, values


@pytest.mark.parametrize("name", ["dev", "production"])
def test_network_policies_are_the_list_of_edges(name):
    policies = [each for each in rendered(values(name)) if each["kind"] == "NetworkPolicy"]
    inside = STORES if name == "dev" else set()
    wanted = {edge for edge in EDGES if edge[1] not in STORES or edge[1] in inside} - {("ingestion", "objects")}

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

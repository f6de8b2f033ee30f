"""A track of a service is the service again, but for what it says itself; who may call the one may call the other."""

from __future__ import annotations

from functools import cache

import pytest
from helm_python import HelmError

from rigs.chart import environment, merged, named, rendered, values

CANARY = {
    "tls": {"enabled": True},
    "tracks": {
        "orchestrator": {"canary": {"tag": "0.9.9", "replicas": 1, "env": {"FOREBAY_POOL_IN_FLIGHT": "3"}}},
        "gateway": {"canary": {}},
    },
    "gateway": {"route": {"enabled": True, "parentRefs": [{"name": "edge"}], "weight": 90, "tracks": {"canary": 10}}},
}


@cache
def shown():
    return rendered(merged(values("dev"), CANARY))


def of(kind, name):
    return named(shown(), kind, name)


def container(deployment):
    return deployment["spec"]["template"]["spec"]["containers"][0]


def test_a_track_differs_in_what_it_says_and_in_nothing_else():
    stable, canary = of("Deployment", "forebay-orchestrator"), of("Deployment", "forebay-orchestrator-canary")

    assert container(canary)["image"].endswith("/orchestrator:0.9.9")
    assert environment(canary) == environment(stable) | {"FOREBAY_POOL_IN_FLIGHT": "3"}
    same = ("ports", "resources", "securityContext", "volumeMounts", "readinessProbe")
    assert all(container(canary)[each] == container(stable)[each] for each in same)


def test_a_track_has_a_headless_service_of_its_own_and_the_stable_one_does_not_lead_to_it():
    stable, canary = of("Service", "forebay-orchestrator")["spec"], of("Service", "forebay-orchestrator-canary")["spec"]

    assert canary["clusterIP"] == "None"
    assert stable["selector"] != canary["selector"]
    assert canary["selector"] == of("Deployment", "forebay-orchestrator-canary")["spec"]["selector"]["matchLabels"]


def parts(selector):
    chosen = [selector.get("matchLabels", {}).get("app.kubernetes.io/component")]
    chosen += [value for each in selector.get("matchExpressions", ()) for value in each["values"]]
    return {part for part in chosen if part}


def test_policies_hold_for_tracks_as_for_their_service():
    called = of("NetworkPolicy", "forebay-to-orchestrator")["spec"]
    calling = of("NetworkPolicy", "forebay-from-orchestrator")["spec"]

    assert parts(called["podSelector"]) == {"orchestrator", "orchestrator-canary"}
    assert parts(called["ingress"][0]["from"][0]["podSelector"]) == {"gateway", "gateway-canary"}
    assert parts(calling["podSelector"]) == {"orchestrator", "orchestrator-canary"}


def test_the_certificate_of_a_service_has_the_names_of_its_tracks():
    made = rendered(
        merged(
            values("production"), CANARY | {"tls": {"enabled": True, "source": "certManager", "issuer": {"name": "i"}}}
        )
    )

    names = named(made, "Certificate", "forebay-tls-orchestrator")["spec"]["dnsNames"]

    assert {"forebay-orchestrator", "forebay-orchestrator-canary"} <= set(names)
    assert names[0] == "forebay-orchestrator"


def test_the_edge_shares_requests_out_by_weight():
    (rule,) = of("GRPCRoute", "forebay")["spec"]["rules"]

    assert [(each["name"], each["weight"]) for each in rule["backendRefs"]] == [
        ("forebay", 90),
        ("forebay-gateway-canary", 10),
    ]


@pytest.mark.parametrize(
    "tracks",
    [{"ingestion": {"canary": {}}}, {"orchestrator": {"Canary": {}}}, {"orchestrator": {"canary": {"image": "x"}}}],
)
def test_a_track_that_cannot_be_is_refused(tracks):
    with pytest.raises(HelmError):
        rendered(merged(values("dev"), {"tracks": tracks}))

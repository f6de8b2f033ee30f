from __future__ import annotations

import pytest
from pydantic import ValidationError

from chassis.snapshot import Kind, Route, Snapshot, Target

MODEL = {"pool": "generator", "model": "generator", "version": "1"}
OTHER = {"pool": "generator", "model": "generator", "version": "2"}
TRACK = {"address": "dns:///orchestrator:50061"}
CANARY = {"address": "dns:///orchestrator-canary:50061"}


def route(role="generator", targets=(MODEL,), **fields):
    return Route(role=role, targets=targets, **fields)


def test_a_target_is_a_model_or_a_track_and_has_a_name():
    assert (Target(**MODEL).kind, Target(**MODEL).name) == (Kind.MODEL, "generator/generator@1")
    assert Target(pool="p", model="m").name == "p/m"
    assert (Target(**TRACK).kind, Target(**TRACK).name) == (Kind.SERVICE, "dns:///orchestrator:50061")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "either pool and model, or an address"),
        ({**MODEL, **TRACK}, "either pool and model, or an address"),
        ({"version": "1", **TRACK}, "either pool and model, or an address"),
        ({"pool": "p"}, "both pool and model"),
        ({"address": "http://orchestrator"}, "pattern"),
        ({"address": "orchestrator"}, "pattern"),
    ],
)
def test_a_target_that_is_neither_or_both_is_refused(fields, said):
    with pytest.raises(ValidationError, match=said):
        Target(**fields)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"targets": [MODEL, {**MODEL, "weight": 3}]}, "targets list generator/generator@1 more than once"),
        ({"targets": [MODEL, TRACK]}, "one kind"),
        ({"targets": [{**MODEL, "tier": "huge"}]}, "of tier huge, which is not among"),
        ({"tiers": ["standard", "standard"]}, "tiers list standard more than once"),
        ({"role": "orchestrater", "targets": [TRACK]}, "no service calls a service named orchestrater"),
        ({"role": "ingestion", "targets": [TRACK], "shadow": CANARY}, "can have no shadow"),
        ({"shadow": TRACK}, "one kind"),
        ({"shadow": MODEL}, "serves already"),
        ({"shadow": {**OTHER, "share": 0}}, "greater than 0"),
        ({"shadow": {**OTHER, "weight": 1}}, "Extra inputs"),
    ],
)
def test_a_route_that_cannot_be_meant_is_refused(fields, said):
    with pytest.raises(ValidationError, match=said):
        route(**fields)


def test_a_target_without_weight_may_be_a_shadow():
    assert route(targets=[MODEL, {**OTHER, "weight": 0}], shadow=OTHER).shadow.name == "generator/generator@2"


def test_a_service_and_a_model_may_have_the_same_role():
    snapshot = Snapshot(
        version=1, routes=[route("embedding"), route("embedding", [{"address": "dns:///embedding:50062"}])]
    )

    assert snapshot.route("embedding").targets[0].pool == "generator"
    assert snapshot.route("embedding", Kind.SERVICE).targets[0].address == "dns:///embedding:50062"


def test_two_routes_of_one_role_are_refused():
    with pytest.raises(ValidationError, match="routes list model/generator more than once"):
        Snapshot(version=1, routes=[route(), route()])

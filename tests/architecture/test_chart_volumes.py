"""Originals in a folder: every service that reads or writes them sees the same one."""

from __future__ import annotations

import pytest

from chassis.edges import callers
from rigs.chart import environment, merged, named, rendered, values


@pytest.fixture(scope="module")
def shown():
    return rendered(values("dev"))


def data(shown, service):
    """Return the claim that a service has at /data, and whether it may write there."""
    spec = named(shown, "Deployment", f"forebay-{service}")["spec"]["template"]["spec"]
    volume = next(each for each in spec["volumes"] if each["name"] == "data")
    mount = next(each for each in spec["containers"][0]["volumeMounts"] if each["name"] == "data")
    assert mount["mountPath"] == "/data"
    return volume["persistentVolumeClaim"]["claimName"], not mount["readOnly"]


@pytest.mark.parametrize("service", sorted(callers("objects")))
def test_the_folder_of_originals_is_seen_by_whoever_calls_the_store_and_written_by_ingestion_alone(shown, service):
    assert environment(named(shown, "Deployment", f"forebay-{service}"))["FOREBAY_OBJECTS_URL"].startswith(
        "file:///data/"
    )
    assert data(shown, service) == ("forebay-ingestion", service == "ingestion")


def test_whoever_cuts_pairs_for_a_cross_encoder_sees_the_volume_that_its_weights_were_brought_on():
    file = "/models/repository/cross-encoder/tokenizer.json"
    given = {
        "services": {"orchestrator": {"env": {"FOREBAY_CROSS_ENCODER_TOKENIZER": file}}},
        "triton": {"weights": "claim", "claim": "weights"},
    }
    orchestrator = named(rendered(merged(values("dev"), given)), "Deployment", "forebay-orchestrator")
    spec = orchestrator["spec"]["template"]["spec"]

    assert environment(orchestrator)["FOREBAY_CROSS_ENCODER_TOKENIZER"] == file
    assert {"name": "weights", "persistentVolumeClaim": {"claimName": "weights", "readOnly": True}} in spec["volumes"]
    mounts = spec["containers"][0]["volumeMounts"]
    assert {"name": "weights", "mountPath": "/models", "readOnly": True} in mounts

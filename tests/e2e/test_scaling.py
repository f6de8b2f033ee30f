"""A service is taken out by its HorizontalPodAutoscaler under load, and in again, and no call fails."""

from __future__ import annotations

import time

import pytest

from rigs.cluster import RELEASE, eventually
from rigs.steady import steady

pytestmark = pytest.mark.slow

SCALED = (
    "autoscaling.enabled=true,autoscaling.minReplicas=2,autoscaling.maxReplicas=3,autoscaling.cpu=40,"
    "autoscaling.scaleDownSeconds=15,resources.requests.cpu=50m"
)
"""Out at 20 thousandths of a core a pod, and in a quarter of a minute after that has passed."""
QUIET = 20.0
"""Seconds of load after a pod has gone: whoever still called it would have failed."""


@pytest.fixture(scope="module")
def scaled(docs):
    """The release with a retrieval that scales; metrics of its pods are there."""
    docs.upgraded("--set", ",".join(f"services.retrieval.{setting}" for setting in SCALED.split(",")))
    yield docs
    docs.upgraded()


def replicas(release):
    (deployment,) = release.get("deployments", "app.kubernetes.io/component=retrieval")
    return deployment["spec"]["replicas"]


def test_a_service_is_taken_out_under_load_and_in_afterwards_without_a_failed_call(scaled, client):
    assert eventually(lambda: replicas(scaled) == 2, seconds=120)

    with steady(scaled, client, searches=6.0) as heavy:
        grown = eventually(lambda: len(scaled.pods("retrieval")) == 3, seconds=180)
    with steady(scaled, client, searches=0.5) as light:
        shrunk = eventually(lambda: replicas(scaled) == 2, seconds=180)
        scaled.kubectl("rollout", "status", f"deployment/{RELEASE}-retrieval", "--timeout=60s")
        time.sleep(QUIET)

    assert grown, scaled.kubectl("describe", "hpa")
    assert shrunk, scaled.kubectl("describe", "hpa")
    assert heavy["search"]["failed"] + light["search"]["failed"] == []
    assert light["search"]["done"] > 5

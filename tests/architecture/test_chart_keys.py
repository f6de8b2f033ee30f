"""Who holds which key in a cluster: only who signs, and only who checks."""

from __future__ import annotations

import pytest

from chassis.edges import EDGES
from rigs.chart import named, rendered, values

SERVICES = sorted({caller for caller, _ in EDGES})


@pytest.fixture(scope="module")
def holders():
    """Name of a Secret and file of each key that each service holds."""
    shown = rendered(values("dev"))
    return {service: set(_keys(named(shown, "Deployment", f"forebay-{service}"))) for service in SERVICES}


def _keys(deployment):
    volumes = deployment["spec"]["template"]["spec"]["volumes"]
    for source in next(volume for volume in volumes if volume["name"] == "identity")["projected"]["sources"]:
        for item in source["secret"]["items"]:
            yield source["secret"]["name"], item["key"]


def test_only_the_gateway_may_sign_for_whoever_asks_and_only_ingestion_for_itself(holders):
    signers = {service: {name for name, key in keys if key == "tls.key"} for service, keys in holders.items()}

    assert signers.pop("gateway") == {"forebay-identity"}
    assert signers.pop("ingestion") == {"forebay-worker-identity"}
    assert not any(signers.values())


def test_only_embedding_trusts_the_key_of_ingestion(holders):
    assert [service for service, keys in holders.items() if ("forebay-worker-identity", "tls.crt") in keys] == [
        "embedding"
    ]

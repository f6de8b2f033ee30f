"""`k8s/` says what the chart expects of its surroundings."""

from __future__ import annotations

import pytest
import yaml

from architecture.sources import ROOT
from rigs.chart import merged, named, rendered, values

GROUND = ROOT / "k8s"


def objects(file):
    return [each for each in yaml.safe_load_all((GROUND / file).read_text("utf-8")) if each]


def test_every_folder_is_told_of():
    told = (GROUND / "README.md").read_text("utf-8")

    assert [each.name for each in GROUND.iterdir() if each.is_dir() and f"`{each.name}/`" not in told] == []


@pytest.mark.parametrize("file", sorted(GROUND.glob("*/kustomization.yaml")), ids=lambda file: file.parent.name)
def test_every_kustomization_names_files_that_exist(file):
    named_files = yaml.safe_load(file.read_text("utf-8"))["resources"]

    assert named_files
    assert all((file.parent / name).is_file() for name in named_files)


def test_the_vault_fills_every_secret_that_production_names():
    wanted = set()
    shown = rendered(values("production"))
    for each in shown:
        _secrets(each, wanted)
    made = {each["metadata"]["name"] for each in shown if each["kind"] in {"Secret", "Certificate"}}
    filled = {each["metadata"]["name"] for each in objects("external-secrets/secrets.yaml")}

    assert wanted - made == filled


def _secrets(node, found):
    """Collect the names of Secrets that pods are given."""
    if isinstance(node, list):
        for each in node:
            _secrets(each, found)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key in {"secret", "secretRef", "secretKeyRef"} and isinstance(value, dict):
                found.add(value.get("secretName") or value.get("name"))
            _secrets(value, found)


def test_production_asks_an_issuer_that_is_described():
    issuers = {each["metadata"]["name"] for each in objects("certificates/authority.yaml") if each["kind"] == "Issuer"}

    assert values("production")["tls"]["issuer"]["name"] in issuers


def test_the_slices_and_claims_of_the_values_are_described():
    templates = {each["metadata"]["name"] for each in objects("triton/claims.yaml")}
    (given,) = objects("triton/values-claims.yaml")
    claimed = {
        claim["resourceClaimTemplateName"]
        for pool in given["triton"]["pools"].values()
        for claim in pool["resourceClaims"]
    }

    assert claimed <= templates


def test_a_slice_takes_the_place_of_a_whole_gpu():
    (given,) = objects("triton/values-mig.yaml")
    shown = rendered(merged(values("production"), given))
    limits = named(shown, "Deployment", "forebay-triton-embedding")["spec"]["template"]["spec"]["containers"][0][
        "resources"
    ]

    assert limits["limits"]["nvidia.com/mig-1g.10gb"] == 1
    assert "nvidia.com/gpu" not in limits["limits"]


def test_the_values_for_the_queue_name_a_queue_that_is_described():
    queues = {each["metadata"]["name"] for each in objects("kueue/queues.yaml") if each["kind"] == "LocalQueue"}
    (given,) = objects("kueue/values-bulk.yaml")

    assert {entry["queue"] for entry in given["bulk"].values()} <= queues

"""Every manifest is one that the API server would take."""

from __future__ import annotations

import json

import pytest
import yaml

from rigs.cluster import CHART, ENFORCED, RELEASE, Release, run
from rigs.stack import ROOT

GROUND = sorted(file.parent.name for file in (ROOT / "k8s").glob("*/kustomization.yaml"))
SYNC = {
    "handbook": {"corpus": "handbook", "source": "https://git.example/handbook.git", "timeZone": "Europe/Vienna"},
    "files": {"corpus": "files", "folder": {"claim": "files", "path": "pages"}},
}
BULK = {
    "archive": {"corpus": "archive", "manifest": "s3://archive/manifest.jsonl", "queue": "bulk", "deadline": 3600},
    "listed": {"corpus": "archive", "manifest": "manifest.jsonl", "volume": {"configMap": "listed"}},
}
SOURCES = ("--set-json", f"sync={json.dumps(SYNC)}", "--set-json", f"bulk={json.dumps(BULK)}")


@pytest.fixture(scope="module")
def nowhere():
    """A namespace where nothing is installed, with the account that pods are checked for."""
    empty = Release("forebay-e2e-manifests")
    run("kubectl", "create", "namespace", empty.namespace)
    try:
        run("kubectl", "label", "namespace", empty.namespace, ENFORCED)
        empty.kubectl("create", "serviceaccount", RELEASE)
        yield empty
    finally:
        run("kubectl", "delete", "namespace", empty.namespace, "--wait=false", check=False)


@pytest.mark.parametrize(("values", "more"), [("dev", ()), ("production", ()), ("dev", SOURCES)])
def test_the_api_server_takes_every_manifest(nowhere, values, more):
    version = json.loads(nowhere.kubectl("version", "--output", "json"))["serverVersion"]["gitVersion"]
    file = str(CHART / f"values-{values}.yaml")
    text = nowhere.helm("template", RELEASE, str(CHART), "--values", file, "--kube-version", version, *more)
    served = set(nowhere.kubectl("api-versions").split())
    known = [each for each in yaml.safe_load_all(text) if each and each["apiVersion"] in served]

    assert len(known) > 40
    nowhere.kubectl("apply", "--dry-run=server", "--validate=strict", "--filename", "-", given=dumped(known))


@pytest.mark.parametrize("folder", GROUND)
def test_the_api_server_takes_what_the_chart_stands_on(nowhere, folder):
    text = nowhere.kubectl("kustomize", str(ROOT / "k8s" / folder))
    served = set(nowhere.kubectl("api-versions").split())
    known = [each for each in yaml.safe_load_all(text) if each["apiVersion"] in served]
    if not known:
        pytest.skip(f"the cluster serves none of the kinds of k8s/{folder}")
    for each in known:
        if "namespace" in each["metadata"]:
            each["metadata"]["namespace"] = nowhere.namespace

    nowhere.kubectl("apply", "--dry-run=server", "--validate=strict", "--filename", "-", given=dumped(known))


def dumped(objects):
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}).encode()

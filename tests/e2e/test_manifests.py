"""Every manifest is one that the API server would take."""

from __future__ import annotations

import json

import pytest
import yaml

from rigs.cluster import CHART, RELEASE


@pytest.mark.parametrize("values", ["dev", "production"])
def test_the_api_server_takes_every_manifest(release, values):
    version = json.loads(release.kubectl("version", "--output", "json"))["serverVersion"]["gitVersion"]
    file = str(CHART / f"values-{values}.yaml")
    text = release.helm("template", RELEASE, str(CHART), "--values", file, "--kube-version", version)
    served = set(release.kubectl("api-versions").split())
    known = [each for each in yaml.safe_load_all(text) if each and each["apiVersion"] in served]

    assert len(known) > 40
    release.kubectl(
        "apply", "--dry-run=server", "--force-conflicts", "--server-side", "--filename", "-", given=dumped(known)
    )


def dumped(objects):
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}).encode()

"""What the tests on a cluster share: one release, installed from nothing. They run wherever KUBECONFIG points."""

from __future__ import annotations

import os
import shutil

import pytest

from rigs.cluster import installed
from rigs.stack import ROOT
from rigs.visitor import CLIENT, packed, visiting


def pytest_collection_modifyitems(items):
    missing = [name for name in ("kubectl", "helm") if shutil.which(name) is None]
    reason = "KUBECONFIG is not set: name a cluster to test on" if not os.environ.get("KUBECONFIG") else ""
    reason = reason or (f"{', '.join(missing)}: not found on PATH" if missing else "")
    for item in items:
        if item.path.parent.name == "e2e":
            item.add_marker(pytest.mark.xdist_group("cluster"))
            item.add_marker(pytest.mark.timeout(1200))
            if reason:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def release():
    """The chart with the values for development and TLS between services; TAG names the images."""
    with installed("forebay-e2e") as running:
        yield running


@pytest.fixture(scope="session")
def client(release):
    """The name of a pod in which the command line asks the release."""
    with visiting(release, "client", CLIENT, key=True) as pod:
        release.exec(pod, "tar", "x", "-C", "/tmp", given=packed(ROOT / "docs"))  # noqa: S108 - of a pod
        yield pod


@pytest.fixture(scope="session")
def docs(release, client):
    """The release with our own pages in the corpus `docs`."""
    release.exec(client, "forebay", "ingest", "/tmp/docs", "--corpus", "docs")  # noqa: S108 - of a pod
    return release

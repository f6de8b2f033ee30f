"""An upgrade from an earlier version of the chart, on a database that is filled: everything is there afterwards."""

from __future__ import annotations

import io
import json
import os
import subprocess
import tarfile

import pytest

from rigs.cluster import CHART, RELEASE, TAG, installed, run
from rigs.stack import ROOT
from rigs.visitor import CLIENT, packed, visiting

pytestmark = pytest.mark.slow

REVISION, IMAGES = os.environ.get("PREVIOUS"), os.environ.get("PREVIOUS_TAG", TAG)
"""The revision of the earlier chart, and the tag of its images."""
QUESTION = "How does a document become visible?"
LIST = """
import asyncio, json
from forebay_client.commands.connection import client

async def main():
    async with client() as asker:
        print(json.dumps(sorted([one.id, one.sha256] async for one in asker.documents(corpus="docs"))))

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def earlier(tmp_path_factory):
    """The folder of the earlier chart."""
    if not REVISION:
        pytest.skip("PREVIOUS is not set: name a revision whose chart is to be upgraded")
    folder = tmp_path_factory.mktemp("previous")
    command = ["git", "archive", REVISION, "charts/forebay"]
    packed_chart = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(packed_chart)) as archive:
        archive.extractall(folder, filter="data")
    return folder / "charts" / "forebay"


def documents(release, pod):
    return json.loads(release.exec(pod, "python", "-c", LIST))


def sources(release, pod):
    printed = release.exec(pod, "forebay", "ask", QUESTION, "--corpus", "docs", "--json")
    events = [json.loads(line) for line in printed.splitlines()]
    return next(event["sources"] for event in events if "sources" in event)


def test_everything_is_there_after_an_upgrade_from_the_version_before(earlier):
    with installed("forebay-e2e-previous", earlier, ("--set", f"images.tag={IMAGES}")) as release:
        with visiting(release, "before", CLIENT, key=True) as pod:
            release.exec(pod, "tar", "x", "-C", "/tmp", given=packed(ROOT / "docs"))  # noqa: S108 - of a pod
            release.exec(pod, "forebay", "ingest", "/tmp/docs", "--corpus", "docs")  # noqa: S108 - of a pod
            kept, found = documents(release, pod), sources(release, pod)

        run("kubectl", "apply", "--server-side", "--force-conflicts", "--filename", str(CHART / "crds"))
        release.helm(
            "upgrade", RELEASE, str(CHART), "--values", str(CHART / "values-dev.yaml"), "--set", f"images.tag={TAG}"
        )
        release.settled()

        with visiting(release, "after", CLIENT, key=True) as pod:
            assert documents(release, pod) == kept
            assert sources(release, pod) == found
            release.exec(pod, "sh", "-c", "echo '# New page' > /tmp/new.md")
            release.exec(pod, "forebay", "ingest", "/tmp/new.md", "--corpus", "docs")  # noqa: S108 - of a pod
            assert len(documents(release, pod)) == len(kept) + 1

"""Changed code is copied into a running pod, as `skaffold dev` does, and the service starts again with it."""

from __future__ import annotations

import io
import tarfile

import pytest

from rigs.cluster import eventually, ready
from rigs.stack import ROOT

pytestmark = pytest.mark.slow

MARK = '"event": "of a changed file"'
CHANGE = '\n__import__("structlog").get_logger("gateway").info("of a changed file")\n'


@pytest.fixture
def synced(docs):
    docs.upgraded("--set", "services.gateway.sync=true")
    yield docs
    docs.upgraded()


def archive(name, content):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as packed:
        member = tarfile.TarInfo(name)
        member.size = len(content)
        packed.addfile(member, io.BytesIO(content))
    return out.getvalue()


def test_a_service_starts_again_with_the_file_that_was_copied(synced, client):
    pod = synced.pods("gateway")[0]["metadata"]["name"]
    changed = (ROOT / "services" / "gateway" / "gateway" / "settings.py").read_text("utf-8") + CHANGE

    synced.exec(pod, "tar", "x", "-C", "/app/ours", given=archive("gateway/settings.py", changed.encode()))

    assert eventually(lambda: MARK in synced.kubectl("logs", pod), seconds=90), synced.kubectl("logs", pod)
    (found,) = [each for each in synced.get("pods") if each["metadata"]["name"] == pod]
    assert found["status"]["containerStatuses"][0]["restartCount"] == 0
    assert eventually(lambda: ready(next(each for each in synced.get("pods") if each["metadata"]["name"] == pod)), 60)
    synced.exec(client, "forebay", "ask", "What is a deadline?", "--corpus", "docs")

"""Corpora that jobs of the chart fill: a repository that is followed, and a manifest that several pods work off."""

from __future__ import annotations

import json

import pytest

from rigs.visitor import Visitor, visiting

REPOSITORY = r"""
import os, subprocess
from http.server import CGIHTTPRequestHandler, ThreadingHTTPServer

os.chdir("/tmp")
os.makedirs("cgi-bin")
os.symlink("/usr/lib/git-core/git-http-backend", "cgi-bin/git")
os.environ |= {"HOME": "/tmp", "GIT_PROJECT_ROOT": "/tmp", "GIT_HTTP_EXPORT_ALL": "1"}
git = ["git", "-C", "pages", "-c", "user.name=x", "-c", "user.email=x@example.org"]
subprocess.run(["git", "init", "--quiet", "--initial-branch=main", "pages"], check=True)
for number in range(3):
    open(f"pages/{number}.md", "w").write(f"# Page {number}\n\nFrom a repository.\n")
subprocess.run([*git, "add", "."], check=True)
subprocess.run([*git, "commit", "--quiet", "--message", "Pages"], check=True)
ThreadingHTTPServer(("0.0.0.0", 8080), CGIHTTPRequestHandler).serve_forever()
"""
"""A repository of three pages, served as git's own CGI program does."""
PAGES = 40
FILL = f"""
import json
with open("/claim/manifest.jsonl", "w") as manifest:
    for number in range({PAGES}):
        open(f"/claim/{{number}}.md", "w").write(f"# Page {{number}}\\n\\nFrom a volume.\\n")
        print(json.dumps({{"path": f"{{number}}.md"}}), file=manifest)
"""
"""Pages on a volume, and a manifest of them."""
CLAIM = {
    "apiVersion": "v1",
    "kind": "PersistentVolumeClaim",
    "metadata": {"name": "pages"},
    "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "64Mi"}}},
}
LIST = """
import asyncio, json, sys
from forebay_client.commands.connection import client

async def main():
    async with client() as asker:
        print(json.dumps(sorted([one.id async for one in asker.documents(corpus=sys.argv[1])])))

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def filled(release):
    """The release with an entry of each kind."""
    release.kubectl("apply", "--filename", "-", given=json.dumps(CLAIM).encode())
    with visiting(release, "writer", {}, key=False, visitor=Visitor(claim="pages")) as writer:
        release.exec(writer, "python", "-c", FILL)
    with visiting(release, "repository", {}, key=False, visitor=Visitor(program=REPOSITORY)):
        pod = json.loads(release.kubectl("get", "pod", "repository", "--output", "json"))
        source = f"git+http://{pod['status']['podIP']}:8080/cgi-bin/git/pages"
        sync = {"pages": {"corpus": "followed", "source": source, "schedule": "0 0 1 1 *", "outside": {"port": 8080}}}
        bulk = {
            "pages": {
                "corpus": "listed",
                "manifest": "manifest.jsonl",
                "volume": {"claim": "pages"},
                "shard": 5,
                "pods": 2,
            }
        }
        release.upgraded("--set-json", f"sync={json.dumps(sync)}", "--set-json", f"bulk={json.dumps(bulk)}")
        yield release
    release.upgraded()
    release.kubectl("delete", "persistentvolumeclaim", "pages", "--wait=false")


def listed(release, pod, corpus):
    return json.loads(release.exec(pod, "python", "-c", LIST, corpus))


def ended(release, job):
    try:
        release.kubectl("wait", "--for=condition=complete", *job, "--timeout=150s")
    except AssertionError:
        pytest.fail(release.kubectl("describe", *job) + release.kubectl("logs", "--prefix", "--all-containers", *job))


def test_a_run_of_a_followed_repository_brings_its_pages(filled, client):
    filled.kubectl("create", "job", "--from=cronjob/forebay-sync-pages", "once")

    ended(filled, ["job/once"])

    assert listed(filled, client, "followed") == [f"{number}.md" for number in range(3)]


def test_two_pods_work_a_manifest_off(filled, client):
    (job,) = filled.get("jobs", "app.kubernetes.io/component=bulk-pages")

    ended(filled, [f"job/{job['metadata']['name']}"])

    assert len(listed(filled, client, "listed")) == PAGES
    pods = filled.get("pods", "app.kubernetes.io/component=bulk-pages")
    assert [pod["status"]["phase"] for pod in pods] == ["Succeeded"] * 2

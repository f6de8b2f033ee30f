"""New images, the way back, and pods that die: under load, and nobody notices who should not."""

from __future__ import annotations

import os

import pytest

from rigs.cluster import CHART, DEVELOPMENT, RELEASE
from rigs.steady import steady

pytestmark = pytest.mark.slow

OUTAGE = 15.0
"""Seconds within which a part that runs once is back."""
TAG, NEXT = os.environ.get("TAG", "dev"), os.environ.get("NEXT_TAG")
KEPT = ",".join(f"images.tags.dev-{store}={TAG}" for store in ("milvus", "postgres"))
"""Stores for development run once, and would be away while they are replaced: what that means is a test of its own."""


@pytest.fixture(scope="module")
def other():
    if not NEXT:
        pytest.skip("NEXT_TAG is not set: name a second tag of the images")
    return NEXT


def failures(result, *kinds):
    return [failure for kind in kinds for failure in result[kind]["failed"]]


def test_no_ask_and_no_search_fails_while_images_are_upgraded(docs, client, other):
    with steady(docs, client, asks=0.3, searches=1.0) as result:
        docs.helm("upgrade", RELEASE, str(CHART), "--values", DEVELOPMENT, "--set", f"images.tag={other},{KEPT}")
        docs.settled()

    assert result["ask"]["done"] > 10
    assert result["search"]["done"] > 30
    assert failures(result, "ask", "search") == []


def test_no_ask_and_no_search_fails_while_an_upgrade_is_rolled_back(docs, client, other):
    with steady(docs, client, asks=0.3, searches=1.0) as result:
        docs.helm("rollback", RELEASE)
        docs.settled()

    assert failures(result, "ask", "search") == []


@pytest.mark.parametrize(
    "part", ["gateway", "orchestrator", "embedding", "retrieval", "triton-embedding", "triton-generator"]
)
def test_a_part_that_runs_twice_may_lose_a_pod(docs, client, part):
    with steady(docs, client, asks=0.3, searches=1.0) as result:
        docs.kubectl("delete", "pod", docs.pods(part)[0]["metadata"]["name"])
        docs.settled()

    assert failures(result, "ask", "search") == []


@pytest.mark.parametrize("part", ["ingestion", "valkey", "milvus", "postgres"])
def test_a_part_that_runs_once_is_back_soon_and_loses_nothing(docs, client, part):
    with steady(docs, client, searches=1.0, puts=1.0) as result:
        docs.kubectl("delete", "pod", docs.pods(part)[0]["metadata"]["name"])
        docs.settled()

    failed = sorted(failures(result, "search", "put"))
    assert [failure for failure in failed if not failure[2]] == []
    assert not failed or failed[-1][0] - failed[0][0] <= OUTAGE
    kept = docs.exec(client, "python", "-c", COUNT).strip()
    assert int(kept) >= result["put"]["done"]


COUNT = """
import asyncio
from forebay_client.commands.connection import client

async def main():
    async with client() as asker:
        print(len([one async for one in asker.documents(corpus="steady")]))

asyncio.run(main())
"""
"""How many pages the corpus of the load holds."""

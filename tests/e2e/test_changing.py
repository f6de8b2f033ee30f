"""New images and the way back, under load: no call fails, and long answers arrive to their end."""

from __future__ import annotations

import os

import pytest

from rigs.cluster import RELEASE, TAG
from rigs.steady import steady

pytestmark = pytest.mark.slow

NEXT = os.environ.get("NEXT_TAG")
KEPT = ",".join(f"images.tags.dev-{store}={TAG}" for store in ("milvus", "postgres"))
"""Stores for development run once, and would be away while they are replaced: what that means is a test of its own."""

KINDS = ("ask", "search", "stream")
LOAD = {"asks": 0.3, "searches": 1.0, "streams": 2, "tokens": 256}
"""Two long answers are under way at any time, so that pods are taken away under some of them."""


@pytest.fixture(scope="module")
def other():
    if not NEXT:
        pytest.skip("NEXT_TAG is not set: name a second tag of the images")
    return NEXT


def failures(result, *kinds):
    return [failure for kind in kinds for failure in result[kind]["failed"]]


def test_nothing_fails_while_images_are_upgraded(docs, client, other):
    with steady(docs, client, **LOAD) as result:
        docs.upgraded("--set", f"images.tag={other},{KEPT}")

    assert result["ask"]["done"] > 10
    assert result["search"]["done"] > 30
    assert failures(result, *KINDS) == []
    assert result["stream"]["done"] > 2


def test_nothing_fails_while_an_upgrade_is_rolled_back(docs, client, other):
    with steady(docs, client, **LOAD) as result:
        docs.helm("rollback", RELEASE)
        docs.settled()

    assert failures(result, *KINDS) == []
    assert result["stream"]["done"] > 2

"""Pods that die under load: nobody notices those that run twice, and the others are back soon and lose nothing."""

from __future__ import annotations

import json
import os
import random
import time

import pytest

from rigs.steady import steady

TWICE = ("gateway", "control", "orchestrator", "embedding", "retrieval", "triton-embedding", "triton-generator")
ONCE = ("ingestion", "valkey", "milvus", "postgres")
OUTAGE = 15.0
"""Seconds within which a part that runs once is back."""
AFTERWARDS = 15.0
"""Seconds of load after everything is ready again: who was called in vain until then would be called again."""
SHORT = 3
"""Deletions in the short round; the full one has every part twice, in an order that SEED chooses."""
DICE = random.Random(os.environ.get("SEED", "forebay"))
CHOSEN = [part for _ in range(2) for part in DICE.sample(TWICE + ONCE, k=len(TWICE + ONCE))]
LIST = """
import asyncio, json
from forebay_client.commands.connection import client

async def main():
    async with client() as asker:
        print(json.dumps([one.id async for one in asker.documents(corpus="steady")]))

asyncio.run(main())
"""
"""The pages that the corpus of the load holds."""
ROUNDS = [
    pytest.param(part, id=f"{number}-{part}", marks=[pytest.mark.slow] if number >= SHORT else [])
    for number, part in enumerate(CHOSEN)
]


@pytest.mark.parametrize("part", ROUNDS)
def test_any_pod_may_be_deleted(docs, client, part):
    with steady(docs, client, asks=0.3, searches=1.0, puts=0.5) as result:
        docs.kubectl("delete", "pod", random.Random(part).choice(docs.pods(part))["metadata"]["name"])
        docs.settled()
        time.sleep(AFTERWARDS)
        docs.settled()

    failed = sorted(failure for kind in ("ask", "search", "put") for failure in result[kind]["failed"])
    assert failed == [] or part in ONCE
    assert [failure for failure in failed if not failure[2]] == []
    assert not failed or failed[-1][0] - failed[0][0] <= OUTAGE, failed
    assert set(result["kept"]) <= set(json.loads(docs.exec(client, "python", "-c", LIST)))

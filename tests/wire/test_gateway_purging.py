"""Answers are forgotten when an administrator says so, by RPC, client and command."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from chassis.errors import InvalidArgument, PermissionDenied, Unavailable
from fakes.answers import FakeAnswers
from forebay_client import AsyncClient
from rigs.caching import ADMIN, STRANGER, WITH_OTHERS, answered
from rigs.gateway import READER, gateway

FOREBAY = str(Path(sys.executable).parent / "forebay")


@pytest.fixture
def shelf():
    return FakeAnswers(shown={("acme", "docs"): 7, ("acme", "plans"): 7, ("other", "docs"): 7})


@pytest.fixture
async def front(tmp_path, shelf):
    async with gateway(tmp_path, shelf=shelf, snapshot=WITH_OTHERS) as front:
        front.orchestrator.degraded = []
        yield front


async def purged(front, key, corpus=""):
    async with AsyncClient(front.address, key) as client:
        return await client.keeping.caching.purge(corpus)


async def test_a_purge_forgets_the_answers_of_one_corpus_or_all_of_its_own_tenant(front):
    await answered(front)
    await answered(front, corpus="plans")
    await answered(front, who=STRANGER)
    gone = [await purged(front, ADMIN, "plans"), await purged(front, ADMIN), await purged(front, ADMIN)]
    await answered(front)
    await answered(front, who=STRANGER)

    assert gone == [1, 1, 0]
    assert len(front.orchestrator.asked) == 4


async def test_it_takes_an_administrator_and_the_name_of_a_corpus(front):
    with pytest.raises(PermissionDenied, match="'admin'"):
        await purged(front, READER)
    with pytest.raises(InvalidArgument, match="corpus"):
        await purged(front, ADMIN, "no such/name")


async def test_what_cannot_be_forgotten_is_told(front, shelf):
    shelf.away = True
    with pytest.raises(Unavailable):
        await purged(front, ADMIN)


async def test_the_command_tells_how_many(front):
    await answered(front)
    process = await asyncio.create_subprocess_exec(
        *(FOREBAY, "cache", "purge", "--yes", "--json"),
        env=os.environ | {"FOREBAY_ADDRESS": front.address, "FOREBAY_API_KEY": ADMIN},
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()

    assert (process.returncode, json.loads(out)) == (0, {"answers": 1})

"""Hostile requests of HTTP: each is answered or refused in time, and none is a mistake of ours."""

from __future__ import annotations

import asyncio
import random
import re
from collections import Counter

import pytest

from rigs.gateway import READER, gateway
from rigs.hostile_requests import hostile
from rigs.raw import served, wire
from rigs.rounds import long_round

PART = 20
"""Requests at a time, so that they meet one another."""

SECONDS = 20.0

STATUS = re.compile(rb"HTTP/1\.[01] (?!100)\d{3} ")


async def test_no_request_is_a_mistake_of_ours(tmp_path, tally):
    await _round(tmp_path, tally, 800, seed=1)


@pytest.mark.slow
@pytest.mark.timeout(3600)
async def test_no_request_of_many_is_a_mistake_of_ours(tmp_path, tally):
    await _round(tmp_path, tally, long_round("requests of HTTP"), seed=2)


async def _round(folder, tally, rounds, seed):
    dice, ends, wrong = random.Random(seed), Counter(), []
    async with gateway(folder) as front:
        for start in range(0, rounds, PART):
            sent = [hostile(dice, READER) for _ in range(start, min(start + PART, rounds))]
            told = await asyncio.gather(*(_status(front, request) for request in sent))
            ends.update(map(str, told))
            wrong += [(status, request) for status, request in zip(told, sent, strict=True) if not 200 <= status < 500]
        await served(front, READER)
    tally.note("requests of HTTP", ends)
    assert wrong[:3] == []
    assert ends["200"] > rounds / 10
    assert ends["400"] > rounds / 10


async def _status(front, request):
    async with asyncio.timeout(SECONDS), wire(front.http) as connection:
        await connection.send(request)
        answer = await connection.reader.read()
    lines = [line for line in answer.split(b"\r\n") if STATUS.match(line)]
    return int(lines[-1][9:12]) if lines else 0

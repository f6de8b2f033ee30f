"""Four gateways, one Valkey, 64 clients: no limit is exceeded by a single one, and killed gateways leak nothing."""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter
from itertools import count

import grpc
import pytest
from forebay.gateway.v1alpha1 import gateway_pb2 as pb

from fakes.metered import PROMPT
from gateway.limits.words import Cost
from gateway.valkey.connecting import valkey
from gateway.valkey.counting import ValkeyCounts
from rigs.gateway import details, key
from rigs.gateways import LEASE, gateways
from rigs.limits import demand

pytestmark = [pytest.mark.xdist_group("limits"), pytest.mark.timeout(900)]

CLIENTS = 64
SECONDS = 6.0
ON_THE_WIRE = 5
"""Tokens that were written and not yet told when a client went."""
JITTER = 1.0
"""Seconds between a decision in Valkey and what is seen behind, on a machine that is busy."""


class Load:
    """Clients that ask without pause, each at a gateway that the dice choose."""

    def __init__(self, all_of_them):
        self.all = all_of_them
        self.refused = Counter()
        self.answered = 0
        self.given_up = 0
        self.on = True
        self._numbers = count()

    async def client(self, number):
        dice = random.Random(number)
        metadata = key(self.all.keys[number % len(self.all.keys)])
        while self.on:
            stub = dice.choice(self.all.stubs)
            request = pb.AnswerRequest(
                ask={"corpus": "docs", "question": f"question {next(self._numbers)}", "max_output_tokens": 30}
            )
            call = stub.Answer(request, metadata=metadata, timeout=20)
            try:
                async for _ in call:
                    if dice.random() < 0.01:
                        self.given_up += call.cancel()
                self.answered += 1
            except grpc.aio.AioRpcError as error:
                known = error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
                self.refused[details(error).reason if known else error.code().name] += 1
                await asyncio.sleep(0.05)
            except asyncio.CancelledError:
                if not call.cancelled() or asyncio.current_task().cancelling():
                    raise

    async def during(self, work):
        tasks = [asyncio.create_task(self.client(number)) for number in range(CLIENTS)]
        await work
        self.on = False
        done, late = await asyncio.wait(tasks, timeout=30)
        assert not late
        for task in done:
            task.result()


def most_within(events, rate):
    """Return by how much sums of (moment, amount) exceed a minute's worth and the rate, over any time, at worst."""
    level, last, worst = 0.0, 0.0, 0.0
    for moment, amount in sorted(events):
        level = max(0.0, level - (moment - last) * rate / 60) + amount
        last = moment
        worst = max(worst, level - rate)
    return worst


async def test_no_limit_is_exceeded_by_a_single_one(tmp_path):
    limits = {"requests_per_minute": 100, "tokens_per_minute": 4_000, "concurrent": 12}
    async with gateways(tmp_path, 4, {"tenant": limits, "key": {"concurrent": 5}}, keys=4) as running:
        load = Load(running)
        await load.during(asyncio.sleep(SECONDS))
        served = running.orchestrator.served

    assert running.orchestrator.most_under_way <= 12
    assert most_within([(one.begun, 1) for one in served], 100) <= 100 * JITTER / 60
    assert most_within([(one.ended, one.tokens) for one in served], 4_000) <= 4_000 * JITTER / 60
    assert load.refused["REQUESTS_PER_MINUTE"] + load.refused["TOKENS_PER_MINUTE"] > 0
    assert load.refused["CONCURRENT"] > 0
    assert load.answered > 30
    assert set(load.refused) <= {"REQUESTS_PER_MINUTE", "TOKENS_PER_MINUTE", "CONCURRENT", "TOO_MANY_CALLS"}


async def test_no_budget_is_exceeded_and_all_of_it_can_be_used(tmp_path):
    policy = {
        "tenant": {"tokens_per_day": 6_000, "tokens_per_month": 9_000},
        "models": {"generator": {"money_per_month": 0.008}},
    }
    async with gateways(tmp_path, 4, policy) as running:
        load = Load(running)
        await load.during(asyncio.sleep(SECONDS))
        served = running.orchestrator.served

    tokens = sum(one.tokens for one in served)
    millionths = sum(PROMPT + 3 * (one.tokens - PROMPT) for one in served if one.tokens)
    assert tokens <= 6_000 + ON_THE_WIRE * load.given_up
    assert millionths <= 8_000 + 3 * ON_THE_WIRE * load.given_up
    assert tokens > 5_500 or millionths > 7_500
    assert load.refused["TOKENS_PER_DAY"] + load.refused["MONEY_PER_MONTH"] > CLIENTS


async def killed(running, rounds):
    dice = random.Random(rounds)
    for _ in range(rounds):
        await asyncio.sleep(dice.uniform(0.2, 1.0))
        victim = dice.choice(running.processes)
        await victim.kill()
        await victim.start()


async def held_and_used(url, limits):
    async with valkey(url) as client:
        counts = ValkeyCounts(client, 5.0)
        asked = demand(**limits)
        verdict = await counts.reserve(asked, 1.0)
        await counts.settle(asked, Cost())
    free, left = verdict.standings
    return 12 - free.remaining - 1, limits["tokens_per_month"] - left.remaining


@pytest.mark.parametrize("rounds", [3, pytest.param(20, marks=pytest.mark.slow)])
async def test_gateways_that_are_killed_leak_no_place_and_no_limit_is_exceeded(tmp_path, rounds):
    limits = {"concurrent": 12, "tokens_per_month": 10_000_000}
    async with gateways(tmp_path, 4, {"tenant": limits}) as running:
        load = Load(running)
        await load.during(killed(running, int(os.environ.get("ROUNDS", rounds))))
        await asyncio.sleep(LEASE)  # the time that is promised, and no longer
        held, used = await held_and_used(running.valkey_url, limits)
        tokens = sum(one.tokens for one in running.orchestrator.served)

    assert held == 0
    assert running.orchestrator.most_under_way <= 12
    assert tokens <= used + ON_THE_WIRE * load.given_up
    assert load.answered > 20 * rounds

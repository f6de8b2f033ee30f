"""Hostile messages to every RPC: each is answered or refused in time, and none is a mistake of ours."""

from __future__ import annotations

import asyncio
import random
import re
from collections import Counter

import pytest

from rigs.every_service import every_method
from rigs.hostile_messages import hostile
from rigs.rounds import long_round
from rigs.stack import ROOT

OURS = {"INTERNAL", "UNKNOWN", "DATA_LOSS", "DEADLINE_EXCEEDED", "UNAVAILABLE"}
"""Ends that tell of a mistake of ours, or of somebody who fell over."""

PART = 25
"""Calls at a time, so that they meet one another."""


async def test_every_service_is_there(tmp_path):
    declared = {
        f"{path.parent.parent.name}.{name}"
        for path in (ROOT / "protos" / "forebay").rglob("*.proto")
        for name in re.findall(r"^service (\w+)", path.read_text(), re.MULTILINE)
    }
    async with every_method(tmp_path) as methods:
        found = [method.descriptor.containing_service.full_name.split(".") for method in methods.values()]

    assert {f"{parts[1]}.{parts[-1]}" for parts in found} == declared


async def test_no_message_is_a_mistake_of_ours(tmp_path, tally):
    await _round(tmp_path, tally, 1_500, seed=1)


@pytest.mark.slow
@pytest.mark.timeout(3600)
async def test_no_message_of_many_is_a_mistake_of_ours(tmp_path, tally):
    await _round(tmp_path, tally, long_round("messages"), seed=2)


async def _round(folder, tally, rounds, seed):
    dice, ends, wrong = random.Random(seed), Counter(), []
    async with every_method(folder) as methods:
        names = list(methods)
        for start in range(0, rounds, PART):
            sent = [_drawn(names[at % len(names)], methods, dice) for at in range(start, min(start + PART, rounds))]
            told = await asyncio.gather(*(methods[name].answered(messages) for name, messages in sent))
            ends.update(told)
            wrong += [(name, end, messages) for (name, messages), end in zip(sent, told, strict=True) if end in OURS]
    tally.note("messages", ends)
    assert wrong[:3] == []
    assert ends["OK"] > rounds / 10, "hardly any came as far as an answer"
    assert ends["INVALID_ARGUMENT"] > rounds / 5


def _drawn(name, methods, dice):
    method = methods[name].descriptor
    count = dice.randrange(1, 5) if method.client_streaming else 1
    return name, [hostile(method.input_type, dice) for _ in range(count)]

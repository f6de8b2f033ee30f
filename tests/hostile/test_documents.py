"""Hostile documents of every format, through the sandbox: each is read or refused for a reason, in time."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from chassis.errors import InvalidArgument
from ingestion.parsing.sandbox import SandboxSettings, sandbox
from rigs.hostile_documents import hostile
from rigs.rounds import long_round

REFUSALS = {
    *("TOO_LARGE", "TOO_MUCH_TEXT", "TOO_DEEP", "PARSER_LIMIT", "PARSER_FAILED", "NOT_UTF8", "NOT_TEXT"),
    *("EMPTY_DOCUMENT", "MALFORMED_DOCUMENT", "UNSUPPORTED_FORMAT", "FORMAT_MISMATCH"),
}


async def test_hostile_documents_are_read_or_refused(tally):
    await _round(tally, 400, seed=1)


@pytest.mark.slow
@pytest.mark.timeout(7200)
async def test_many_hostile_documents_are_read_or_refused(tally):
    await _round(tally, long_round("documents"), seed=2)


async def _round(tally, rounds, seed):
    dice, ends = random.Random(seed), Counter()
    async with sandbox(SandboxSettings(cpu_seconds=20, wall_seconds=60)) as parser:
        for _ in range(rounds):
            ends[await _end(parser, *hostile(dice))] += 1
        assert (await parser.parse(b"# Mills\n\nfine", "", "mills.md")).title == "Mills"
    tally.note("documents", ends)
    assert set(ends) <= REFUSALS | {"read"}
    assert rounds / 5 < ends["read"] < rounds


async def _end(parser, content, mime, name):
    try:
        await parser.parse(content, mime, name)
    except InvalidArgument as refused:
        return refused.reason
    return "read"

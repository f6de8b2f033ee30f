"""`forebay audit` and `forebay usage`, against a gateway on the real wire."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import os
import sys
from pathlib import Path

import pytest

from rigs.gateway import ADMIN, OPERATOR, READER, ask, gateway, key

FOREBAY = str(Path(sys.executable).parent / "forebay")


@pytest.fixture
async def front(tmp_path):
    async with gateway(tmp_path) as front:
        yield front


@pytest.fixture
def forebay(front):
    async def run(*arguments, as_=ADMIN):
        process = await asyncio.create_subprocess_exec(
            *(FOREBAY, *arguments),
            env=os.environ | {"FOREBAY_ADDRESS": front.address, "FOREBAY_API_KEY": as_, "COLUMNS": "200"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        return process.returncode, out.decode(), err.decode()

    return run


async def answered(front):
    call = front.stub.Answer(ask("one two"), metadata=key(READER))
    _ = [event async for event in call]
    return dict(await call.trailing_metadata())


async def test_an_answer_is_explained_by_its_trace(front, forebay):
    trailer = await answered(front)

    _, told, _ = await forebay("audit", "explain", trailer["forebay-trace-id"])
    _, as_json, _ = await forebay("audit", "explain", trailer["forebay-request-id"], "--json")

    assert "reader of acme called Answer on corpus docs" in told
    assert "generate by small@2: 1 inferences, 11 tokens read, 5 written, 0.00001" in told
    assert "question text: one two" in told
    assert json.loads(as_json)["sources"] == ["page.md@0#3"]


async def test_a_request_that_is_not_known_is_an_error(forebay):
    status, _, complaint = await forebay("audit", "explain", "0" * 32)

    assert (status, "there is no record" in complaint) == (1, True)


async def test_chains_are_verified_with_anchors_of_a_log_and_a_change_is_told(front, forebay, tmp_path):
    await answered(front)
    whole, said, _ = await forebay("audit", "verify", as_=OPERATOR)
    [head] = front.records.latest.values()
    log = tmp_path / "log"
    log.write_text(
        f'not JSON\n{{"event": "other"}}\n{json.dumps({"writer": head.writer, "sequence": 1, "hash": "0" * 64})}\n'
    )

    status, _, complaint = await forebay("audit", "verify", "--anchors", str(log), as_=OPERATOR)

    assert (whole, "nobody changed anything" in said) == (0, True)
    assert status == 1
    assert f"chain {head.writer}, record 1: " in complaint


async def test_texts_are_erased_by_key(front, forebay):
    await answered(front)

    _, said, _ = await forebay("audit", "erase", "--key", "reader", "--yes")

    assert (said.strip(), front.records.texts) == ("texts of 1 requests erased", {})


async def test_usage_is_a_table_csv_or_json(forebay):
    _, table, _ = await forebay("usage", "--by", "tenant")
    _, as_csv, _ = await forebay("usage", "--by", "tenant", "--by", "day", "--csv")
    _, as_json, _ = await forebay("usage", "--by", "tenant", "--json", "--since", "2026-11-01")

    assert all(word in table for word in ("tenant", "output tokens", "acme", "0.5", "EUR"))
    [row] = csv.DictReader(io.StringIO(as_csv))
    assert (row["tenant"], row["day"], row["requests"], row["cost"]) == ("acme", "", "2", "0.5")
    assert (json.loads(as_json)["tenant"], json.loads(as_json)["input_tokens"]) == ("acme", 4)


async def test_a_reader_is_told_what_is_missing(forebay):
    status, _, complaint = await forebay("usage", as_=READER)

    assert (status, "lacks the role 'admin'" in complaint) == (1, True)

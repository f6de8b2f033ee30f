"""`forebay ingest --job` as a person starts it: its report, its status, and its memory."""

from __future__ import annotations

import json

import pytest

from rigs.bulk import bulk


@pytest.fixture
async def rig(tmp_path):
    async with bulk(tmp_path) as running:
        yield running


async def test_the_command_reports_and_its_status_tells(rig):
    path = rig.manifest({"path": "nowhere.md"}, {"path": "nowhere/else.md"})
    process = await rig.forebay("ingest", "--job", path, "--corpus", "docs", "--json")
    told, _ = await process.communicate()
    *refused, job = [json.loads(line) for line in told.splitlines()]

    assert process.returncode == 4
    assert [one["refused"]["document_id"] for one in refused] == ["nowhere.md", "nowhere/else.md"]
    assert (job["job"]["state"], job["job"]["progress"]["refused"]) == ("JOB_STATE_DONE", "2")
    listed, _ = await (await rig.forebay("jobs", "list", "--json")).communicate()
    assert json.loads(listed)["job"]["name"] == job["job"]["name"]


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("docs",),
        ("docs", "--job", "load", "--corpus", "docs"),
        ("--job", "m.jsonl"),
        ("--job", "load", "--group", "hr"),
        ("--job", "load", "--workers", "0"),
    ],
)
async def test_wrong_usage_is_told(rig, arguments):
    process = await rig.forebay("ingest", *arguments)
    await process.communicate()

    assert process.returncode == 2


@pytest.mark.parametrize("counts", [(1_000, 10_000), pytest.param((5_000, 50_000), marks=pytest.mark.slow)])
async def test_memory_does_not_grow_with_the_number_of_documents(rig, counts):
    """Ten times as many documents; the client is a process of its own, and its highest mark is compared."""

    async def most(count):
        rig.gateway.forget()
        process = await rig.forebay("ingest", "--job", rig.generated(count), "--corpus", "docs", "--json")
        told, notes = await process.communicate()
        job = json.loads(told)["job"]
        assert (process.returncode, job["progress"]["committed"]) == (0, str(count)), notes
        return int(notes.split()[-1])

    small, large = [await most(count) for count in counts]

    assert large - small < 12, f"{small} MiB for {counts[0]} documents, {large} MiB for {counts[1]}"

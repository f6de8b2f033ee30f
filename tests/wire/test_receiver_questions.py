"""What the receiver is asked, and how much it keeps."""

from __future__ import annotations

from pathlib import Path

import pytest

from rigs.otlp import receiving, spans_json, trace


@pytest.fixture
async def http(tmp_path: Path):
    async with receiving(tmp_path / "t.sqlite") as (_, session):
        yield session


async def test_the_same_span_twice_is_one_span(http):
    for _ in range(2):
        await http.post("/v1/traces", json=spans_json())

    assert len((await trace(http))[1]) == 2


async def test_the_latest_traces_come_first_and_by_service(http):
    for number, service in enumerate(["gateway", "embedding", "gateway"]):
        await http.post("/v1/traces", json=spans_json(service, f"{number:032x}"))

    async with http.get("/v1/traces", params={"service": "gateway", "limit": "5"}) as response:
        found = await response.json()

    assert [summary["trace_id"] for summary in found] == [f"{2:032x}", f"{0:032x}"]
    assert (
        found[0] | {"name": "Answer", "services": ["gateway"], "spans": 2, "start_ns": 1000, "end_ns": 9000} == found[0]
    )


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/v1/traces/{'f' * 32}", 404),
        ("/v1/traces/xyz", 400),
        ("/v1/traces?limit=0", 400),
        ("/v1/traces?limit=many", 400),
        ("/v1/traces?limit=99999999999999999999", 400),
        ("/health", 200),
        ("/elsewhere", 404),
    ],
)
async def test_questions_are_answered_or_refused(http, path, status):
    async with http.get(path) as response:
        assert response.status == status


async def test_only_so_many_spans_are_kept(tmp_path):
    async with receiving(tmp_path / "t", max_spans=4) as (_, http):
        for number in range(4):
            await http.post("/v1/traces", json=spans_json(trace=f"{number + 1:032x}"))
        known = [(await trace(http, f"{number + 1:032x}"))[0] for number in range(4)]

    assert known == [404, 404, 200, 200]


async def test_traces_survive_a_restart_and_a_broken_file_does_not_stop_it(tmp_path):
    file = tmp_path / "t"
    for damage, expected in ((False, 200), (True, 404)):
        async with receiving(file) as (_, http):
            await http.post("/v1/traces", json=spans_json())
        if damage:
            file.write_bytes(b"no database at all" * 100)
        async with receiving(file) as (_, http):
            assert (await trace(http))[0] == expected

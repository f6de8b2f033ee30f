from __future__ import annotations

import asyncio

import pytest

from chassis import errors, names
from chassis.telemetry import client_span, trace_id
from wire.chassis.probe import serving


async def echo(request, _context):
    return request


def of(points, method, code):
    return [
        point
        for point in points
        if point.attributes.get(names.RPC_METHOD) == method and point.attributes.get(names.RPC_STATUS_CODE) == code
    ]


@pytest.mark.parametrize("name", [names.SERVER_DURATION, names.CLIENT_DURATION])
async def test_durations_are_counted_by_method_and_status_with_the_trace_as_exemplar(recorded, name):
    async with serving(collect=lambda_collect) as probe:
        await probe.collect(iter(["x"]))
        client, _ = await recorded.both()
    (point,) = of(recorded.points(name), "collect", "OK")

    assert point.count >= 1
    assert point.max < 5
    assert client.context.trace_id in {exemplar.trace_id for exemplar in point.exemplars}


async def lambda_collect(requests, _context):
    return "".join([request async for request in requests])


async def test_failures_are_counted_under_their_own_status(recorded):
    async def fails(_request, _context):
        yield "first"
        raise errors.FailedPrecondition("not now")

    async with serving(many=fails) as probe:
        with pytest.raises(errors.FailedPrecondition):
            _ = [part async for part in probe.many("x")]
        await recorded.both()

    assert of(recorded.points(names.SERVER_DURATION), "many", "FAILED_PRECONDITION")
    assert of(recorded.points(names.CLIENT_DURATION), "many", "FAILED_PRECONDITION")


async def test_calls_under_way_are_seen_and_go_back_to_none(recorded):
    release = asyncio.Event()

    async def waits(request, _context):
        await release.wait()
        return request

    def under_way():
        points = recorded.points(names.SERVER_ACTIVE)
        return {point.attributes["rpc"]: point.value for point in points}["forebay.probe.v1alpha1.ProbeService/one"]

    async with serving(one=waits) as probe:
        calls = [asyncio.ensure_future(probe.one("x")) for _ in range(3)]
        await asyncio.sleep(0.1)
        assert under_way() == 3
        release.set()
        await asyncio.gather(*calls)

    assert under_way() == 0


async def test_messages_of_streams_are_counted(recorded):
    async def three(_request, _context):
        for _ in range(3):
            yield "x"

    async with serving(many=three) as probe:
        _ = [part async for part in probe.many("x")]
        await recorded.both()
    points = [point for point in recorded.points(names.CLIENT_MESSAGES) if point.attributes[names.RPC_METHOD] == "many"]

    assert points[0].value >= 3


async def test_a_call_to_a_store_is_a_client_span_inside_its_call(recorded):
    async def asks_store(_request, _context):
        with client_span("search", "milvus", {names.DB_SYSTEM: "milvus"}):
            pass
        return trace_id()

    async with serving(one=asks_store) as probe:
        answered = await probe.one("x")
    store = next(span for span in recorded.spans.get_finished_spans() if span.name == "search")

    assert store.attributes[names.PEER] == "milvus"
    assert f"{store.context.trace_id:032x}" == answered
    assert recorded.points(names.STORE_DURATION)

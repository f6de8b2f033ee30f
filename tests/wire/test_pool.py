from __future__ import annotations

import asyncio
from contextlib import aclosing

import grpc
import numpy as np
import pytest
from opentelemetry.trace import SpanKind, StatusCode
from tritonclient.grpc import service_pb2 as pb

from chassis import deadline, identity, names
from chassis.channel import ChannelSettings
from chassis.errors import DeadlineExceeded, Internal, NotFound, Overloaded, Unavailable
from chassis.identity import Identity
from chassis.routing import Routing, RoutingSettings
from chassis.snapshot import Route, Snapshot, Target
from fakes.triton import FakeTriton, serving
from pool.models import models
from pool.settings import PoolSettings, TritonSettings
from pool.tensors import texts
from wire.chassis.probe import until

ROLES = ("echo", "slow", "count", "broken", "absent")
ROUTES = [Route(role=role, targets=[Target(pool="embedding", model=role)]) for role in ROLES]
ELSEWHERE = Route(role="elsewhere", targets=[Target(pool="nowhere", model="echo")])
SNAPSHOT = Snapshot(version=1, routes=[*ROUTES, ELSEWHERE])
ENDLESS = {"limit": np.array([10_000]), "pause": np.array([0.01])}
QUICK = ChannelSettings(reconnect_interval=0.1)


@pytest.fixture
def triton():
    return FakeTriton()


@pytest.fixture
async def port(triton):
    async with serving(triton) as port:
        yield port


@pytest.fixture
async def pool(port):
    async with connected(port) as pool:
        yield pool


def connected(port, routing=None, **settings):
    triton = TritonSettings(embedding_target=f"127.0.0.1:{port}")
    return models(PoolSettings(**settings), routing or Routing(SNAPSHOT), triton, QUICK)


async def test_what_is_left_of_the_deadline_is_the_time_in_the_queue(pool, triton):
    with deadline.within(5):
        await pool.infer("echo", {"x": np.zeros(1)})

    assert 4_000_000 < triton.asked[0].parameters["timeout"].int64_param <= 5_000_000


async def test_without_a_deadline_the_queue_has_its_own_time(pool, triton):
    await pool.infer("echo", {"x": np.zeros(1)})

    assert dict(triton.asked[0].parameters) == {}


async def test_urgency_and_outputs_are_said(pool, triton):
    await pool.infer("echo", {"x": np.zeros(1)}, ["x"], priority=1)

    assert triton.asked[0].parameters["priority"].uint64_param == 1
    assert [output.name for output in triton.asked[0].outputs] == ["x"]


async def test_identity_stays_with_us(pool, triton):
    with identity.bound(Identity(tenant="acme", groups=frozenset(), roles=frozenset(), key_id="k")):
        await pool.ready("echo")

    assert [key for key in triton.metadata if key.startswith("forebay")] == []


@pytest.mark.parametrize(
    ("code", "words", "meant"),
    [
        (grpc.StatusCode.UNAVAILABLE, "Exceeds maximum queue size", Overloaded),
        (grpc.StatusCode.UNAVAILABLE, "Request timeout expired", DeadlineExceeded),
        (grpc.StatusCode.NOT_FOUND, "Request for unknown model: 'x' has no available versions", Unavailable),
        (grpc.StatusCode.INVALID_ARGUMENT, "unexpected shape", Internal),
        (grpc.StatusCode.CANCELLED, "", Unavailable),
    ],
)
async def test_a_status_of_triton_has_one_meaning_in_calls_and_in_streams(pool, triton, code, words, meant):
    triton.instead = lambda context: context.abort(code, words)

    with pytest.raises(meant):
        await pool.infer("echo", {"x": np.zeros(1)})
    with pytest.raises(meant):
        await everything(pool.stream("count", {"x": np.zeros(1)}))


async def test_a_stream_whose_reader_had_enough_stops_the_model_and_is_no_error(pool, triton, recorded):
    async with aclosing(pool.stream("count", ENDLESS)) as parts:
        await anext(parts)

    await until(lambda: triton.given_up == 1)
    (call,) = recorded.of(SpanKind.CLIENT)
    assert call.attributes[names.RPC_STATUS_CODE] == "OK"
    assert call.status.status_code is StatusCode.UNSET


async def test_a_stream_whose_reader_is_cancelled_stops_the_model_and_says_so(pool, triton, recorded):
    read = asyncio.Event()

    async def reading():
        async with aclosing(pool.stream("count", ENDLESS)) as parts:
            await anext(parts)
            read.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(reading())
    await read.wait()
    task.cancel()

    await until(lambda: triton.given_up == 1 and recorded.of(SpanKind.CLIENT))
    (call,) = recorded.of(SpanKind.CLIENT)
    assert call.attributes[names.RPC_STATUS_CODE] == "CANCELLED"


async def everything(stream):
    async with aclosing(stream):
        return [part async for part in stream]


async def test_an_error_inside_a_stream_ends_it(pool, triton):
    triton.instead = lambda _context: said(pb.ModelStreamInferResponse(error_message="Exceeds maximum queue size"))

    with pytest.raises(Overloaded):
        await everything(pool.stream("count", {"x": np.zeros(1)}))


async def said(message):
    await asyncio.sleep(0)
    return message


async def test_an_answer_that_is_no_tensor_is_a_mistake_of_ours(pool, triton):
    made = pb.ModelInferResponse(model_name="echo", model_version="1", raw_output_contents=[b""])
    made.outputs.add(name="x", datatype="FP32", shape=[2])
    triton.instead = lambda _context: said(made)

    with pytest.raises(Internal):
        await pool.infer("echo", {"x": np.zeros(1)})


async def test_texts_come_back_as_bytes(pool):
    assert (await pool.infer("echo", {"x": texts("é", b"\x00")}))["x"].tolist() == ["é".encode(), b"\x00"]


async def test_a_role_without_a_route_and_a_pool_without_an_address_say_so(pool):
    with pytest.raises(NotFound):
        await pool.infer("poet", {})
    with pytest.raises(Unavailable):
        await pool.infer("elsewhere", {})
    with pytest.raises(Unavailable):
        await pool.ready("elsewhere")


async def test_the_gate_holds_back_what_the_model_cannot_take(port, triton):
    async with connected(port, in_flight=2, queue=1) as pool:
        calls = [pool.infer("slow", {"seconds": np.array([0.2])}) for _ in range(8)]
        ends = await asyncio.gather(*calls, return_exceptions=True)

    assert len(triton.asked) == 3
    assert sum(isinstance(end, Overloaded) for end in ends) == 5


async def test_a_dead_server_is_left_in_peace_and_found_again(triton):
    async with serving(triton) as port:
        pass
    routing = Routing(SNAPSHOT, RoutingSettings(breaker_least_calls=2, breaker_pause=0.3))
    async with connected(port, routing) as pool:
        for _ in range(4):
            with pytest.raises(Unavailable) as caught:
                await pool.infer("echo", {"x": np.zeros(1)})
        assert 0 < caught.value.retry_after <= 0.3
        async with serving(triton, port):
            await asyncio.sleep(0.5)
            assert (await pool.infer("echo", {"x": np.ones(1)}))["x"].tolist() == [1.0]


async def test_a_placed_request_stays_where_it_is_when_the_routes_change(port):
    routing = Routing(SNAPSHOT)
    async with connected(port, routing) as pool:
        placed = pool.place("echo")
        other = Route(role="echo", targets=[Target(pool="embedding", model="slow")])
        routing.apply(Snapshot(version=2, routes=[other]))

        inference = await pool.infer(placed, {"x": np.zeros(1)})

        assert (inference.role, inference.pool, inference.model) == ("echo", "embedding", "echo")
        assert pool.place("echo").target.model == "slow"

"""Every row of the table of ways in which a call can end, seen from both sides."""

from __future__ import annotations

import asyncio

import pytest
from grpc import StatusCode, aio
from grpc_health.v1 import health_pb2, health_pb2_grpc
from opentelemetry.trace import SpanKind
from opentelemetry.trace import StatusCode as Outcome

from chassis import errors, names
from wire.chassis.probe import serving


def code(span):
    return span.attributes[names.RPC_STATUS_CODE]


async def echo(request, _context):
    return request


async def forever(_request, _context):
    await asyncio.Event().wait()


async def test_a_call_that_succeeds_has_a_client_and_a_server_span_of_one_trace(recorded):
    async with serving(one=echo) as probe:
        await probe.one("hello")
        client, server = await recorded.both()

    assert (code(client), code(server)) == ("OK", "OK")
    assert server.parent.span_id == client.context.span_id
    assert server.context.trace_id == client.context.trace_id
    assert client.name == server.name == "forebay.probe.v1alpha1.ProbeService/one"
    assert client.attributes[names.PEER] == "probe"
    assert client.attributes[names.RPC_SYSTEM] == "grpc"
    assert client.attributes[names.RPC_METHOD] == "one"
    assert client.status.status_code is Outcome.UNSET


async def test_a_cancelled_call_ends_both_spans_as_cancelled(recorded):
    async with serving(one=forever) as probe:
        task = asyncio.ensure_future(probe.one("x"))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        client, server = await recorded.both()

    assert (code(client), code(server)) == ("CANCELLED", "CANCELLED")


async def test_a_deadline_is_seen_as_one_on_both_sides(recorded):
    async with serving(one=forever) as probe:
        with pytest.raises(errors.DeadlineExceeded):
            await probe.one("x", timeout=0.1)
        client, server = await recorded.both()

    assert (code(client), code(server)) == ("DEADLINE_EXCEEDED", "DEADLINE_EXCEEDED")
    assert server.status.status_code is Outcome.ERROR


async def test_an_abort_has_its_code_and_no_exception_event(recorded):
    async def gone(_request, context):
        await context.abort(StatusCode.NOT_FOUND, "no such thing")

    async with serving(one=gone) as probe:
        with pytest.raises(errors.NotFound, match="no such thing"):
            await probe.one("x")
        client, server = await recorded.both()

    assert (code(client), code(server)) == ("NOT_FOUND", "NOT_FOUND")
    assert len(server.events) + len(client.events) == 0
    assert server.status.status_code is Outcome.UNSET
    assert client.status.status_code is Outcome.ERROR


async def test_a_failure_in_words_has_its_code_and_its_reason(recorded):
    class UnknownCorpus(errors.NotFound):
        """There is no such corpus."""

    async def gone(_request, _context):
        raise UnknownCorpus("no such corpus")

    async with serving(one=gone) as probe:
        with pytest.raises(errors.NotFound) as caught:
            await probe.one("x")
        _, server = await recorded.both()

    assert caught.value.reason == "UNKNOWN_CORPUS"
    assert server.attributes[names.REASON] == "UNKNOWN_CORPUS"
    assert code(server) == "NOT_FOUND"


async def test_a_status_set_by_hand_is_the_one_reported(recorded):
    async def odd(request, context):
        context.set_code(StatusCode.DATA_LOSS)
        return request

    async with serving(one=odd) as probe:
        with pytest.raises(errors.Internal):
            await probe.one("x")
        client, server = await recorded.both()

    assert (code(client), code(server)) == ("DATA_LOSS", "DATA_LOSS")


async def test_a_server_that_is_gone_is_seen_as_unavailable(recorded):
    async with serving(one=echo) as probe:
        port = probe.ports.port
    async with serving(one=echo) as _, aio.insecure_channel(f"127.0.0.1:{port}") as plain:
        assert plain is not None
    from chassis.channel import connect

    async with connect(f"127.0.0.1:{port}", "probe") as channel:
        call = channel.unary_unary("/forebay.probe.v1alpha1.ProbeService/one")
        with pytest.raises(errors.Unavailable):
            await call(b"x", timeout=1)
    (client,) = recorded.of(SpanKind.CLIENT)

    assert code(client) == "UNAVAILABLE"


async def test_health_is_not_traced(recorded):
    from chassis.channel import connect

    async with serving(one=echo) as probe, connect(f"127.0.0.1:{probe.ports.health_port}", "probe") as channel:
        await health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest())

    assert recorded.spans.get_finished_spans() == ()


async def test_two_calls_at_once_have_two_traces(recorded):
    async with serving(one=echo) as probe:
        await asyncio.gather(probe.one("a"), probe.one("b"))
    traces = {span.context.trace_id for span in recorded.spans.get_finished_spans()}

    assert len(traces) == 2

"""The same table for calls of many messages, seen from both sides."""

from __future__ import annotations

import asyncio

import pytest
from grpc import aio
from opentelemetry.trace import SpanKind, StatusCode

from chassis import errors, names
from wire.chassis.probe import serving


def code(span):
    return span.attributes[names.RPC_STATUS_CODE]


async def endless(_request, _context):
    while True:
        yield "more"
        await asyncio.sleep(0.001)


async def test_a_deadline_of_a_stream_is_seen_as_one_on_both_sides(recorded):
    async with serving(many=endless) as probe:
        with pytest.raises(errors.DeadlineExceeded):
            async for _ in probe.many("x", timeout=0.1):
                pass
        client, server = await recorded.both()

    assert (code(client), code(server)) == ("DEADLINE_EXCEEDED", "DEADLINE_EXCEEDED")


async def test_a_cancelled_stream_ends_both_spans_as_cancelled(recorded):
    async with serving(many=endless) as probe:

        async def read():
            async for _ in probe.many("x"):
                pass

        task = asyncio.create_task(read())
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        client, server = await recorded.both()

    assert (code(client), code(server)) == ("CANCELLED", "CANCELLED")


async def test_leaving_a_stream_ends_its_span_at_once_though_the_call_is_still_held(recorded):
    async with serving(many=endless) as probe:
        call = probe.many("x")
        async for _ in call:
            break

        (client,) = recorded.of(SpanKind.CLIENT)
        assert code(client) == "CANCELLED"
        assert client.attributes[names.MESSAGES_RECEIVED] == 1
        _, server = await recorded.both()

    assert call.done()
    assert code(server) == "CANCELLED"


async def test_a_reader_that_had_enough_is_no_failure_and_the_work_stops_all_the_same(recorded):
    async with serving(many=endless) as probe:
        call = probe.many("x")
        async for _ in call:
            call.enough()
            break

        (client,) = recorded.of(SpanKind.CLIENT)
        assert (code(client), client.attributes[names.REASON]) == ("OK", "ENOUGH")
        assert client.status.status_code is StatusCode.UNSET
        _, server = await recorded.both()

    assert code(server) == "CANCELLED"


async def test_enough_of_a_stream_that_has_failed_hides_no_failure(recorded):
    async def failing(_request, _context):
        yield "one"
        raise errors.Unavailable("gone")

    async with serving(many=failing) as probe:
        call = probe.many("x")
        with pytest.raises(errors.Unavailable):
            async for _ in call:
                pass
        call.enough()
        client, _ = await recorded.both()

    assert code(client) == "UNAVAILABLE"


async def test_leaving_a_stream_closes_the_generator_behind_it_at_once(recorded):
    closed = asyncio.Event()

    async def careful(_request, _context):
        try:
            while True:
                yield "more"
                await asyncio.sleep(0.001)
        finally:
            closed.set()

    async with serving(many=careful) as probe:
        async for _ in probe.many("x"):
            break
        async with asyncio.timeout(1):
            await closed.wait()
        await recorded.both()


async def test_a_stream_read_to_its_end_counts_its_messages(recorded):
    async def three(request, _context):
        for number in range(3):
            yield f"{request}{number}"

    async with serving(many=three) as probe:
        assert [part async for part in probe.many("x")] == ["x0", "x1", "x2"]
        client, server = await recorded.both()

    assert client.attributes[names.MESSAGES_RECEIVED] == 3
    assert server.attributes[names.MESSAGES_SENT] == 3
    assert (code(client), code(server)) == ("OK", "OK")


async def test_a_handler_that_writes_is_served_and_traced(recorded):
    async def writes(request, context):
        await context.write(request)
        await context.write(request)

    async with serving(many=writes) as probe:
        assert [part async for part in probe.many("x")] == ["x", "x"]
        client, server = await recorded.both()

    assert (code(client), code(server)) == ("OK", "OK")


async def test_a_handler_that_reads_and_writes_is_served_and_traced(recorded):
    async def mirrors(_requests, context):
        while (request := await context.read()) is not aio.EOF:
            await context.write(request)

    async with serving(talk=mirrors) as probe:
        call = probe.talk()
        await call.write("a")
        assert await call.read() == "a"
        await call.done_writing()
        assert await call.read() is aio.EOF
        client, server = await recorded.both()

    assert (code(client), code(server)) == ("OK", "OK")
    assert client.attributes[names.MESSAGES_SENT] == 1


async def test_streams_of_requests_are_counted_and_traced(recorded):
    async def joins(requests, _context):
        return "".join([request async for request in requests])

    async with serving(collect=joins) as probe:
        assert await probe.collect(iter(["a", "b"])) == "ab"
        client, server = await recorded.both()

    assert client.attributes[names.MESSAGES_SENT] == 2
    assert (code(client), code(server)) == ("OK", "OK")


async def test_a_span_inside_a_handler_belongs_to_its_call_even_after_a_yield(recorded):
    from chassis.telemetry import span

    async def steps(_request, _context):
        with span("before"):
            pass
        yield "one"
        with span("after"):
            pass
        yield "two"

    async with serving(many=steps) as probe:
        assert [part async for part in probe.many("x")] == ["one", "two"]
        _, server = await recorded.both()
    inner = {span.name: span.parent.span_id for span in recorded.of(SpanKind.INTERNAL)}

    assert inner == {"before": server.context.span_id, "after": server.context.span_id}

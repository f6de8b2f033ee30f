"""The open-loop driver against a server that answers at once, slowly, or not at all."""

from __future__ import annotations

import asyncio
import base64

import grpc
import pytest

from bench.load import Load, driven, separately

UNARY, STREAMED, FAILING = "/echo.Echo/Unary", "/echo.Echo/Streamed", "/echo.Echo/Failing"


class Echo(grpc.GenericRpcHandler):
    def service(self, details):
        return {
            UNARY: grpc.unary_unary_rpc_method_handler(self.unary),
            STREAMED: grpc.unary_stream_rpc_method_handler(self.streamed),
            FAILING: grpc.unary_unary_rpc_method_handler(self.failing),
        }.get(details.method)

    async def unary(self, request, context):
        await asyncio.sleep(0.05)
        return request

    async def streamed(self, request, context):
        yield request
        await asyncio.sleep(0.05)
        yield request

    async def failing(self, request, context):
        await context.abort(grpc.StatusCode.UNAVAILABLE, "away")


@pytest.fixture
async def target():
    server = grpc.aio.server()
    server.add_generic_rpc_handlers((Echo(),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    yield f"127.0.0.1:{port}"
    await server.stop(None)


def load(target, method, **changes):
    requests = [base64.b64encode(b"hello").decode()]
    return Load(target=target, method=method, requests=requests, rate=100, seconds=0.5, **changes)


async def test_calls_start_on_schedule_though_earlier_ones_have_not_ended(target):
    result = await driven(load(target, UNARY))

    assert result.codes == {"OK": result.offered}
    assert result.offered > 20
    assert min(result.total) >= 50


async def test_a_stream_is_timed_to_its_first_message_and_to_its_end(target):
    result = await driven(load(target, STREAMED, streamed=True))

    assert result.codes == {"OK": result.offered}
    assert all(total - first > 30 for first, total in zip(result.first, result.total, strict=True))


async def test_failures_are_counted_by_their_code(target):
    result = await driven(load(target, FAILING))

    assert result.codes == {"UNAVAILABLE": result.offered}
    assert result.total == []


async def test_the_driver_runs_in_a_process_of_its_own(target):
    result = await separately(load(target, UNARY))

    assert result.codes == {"OK": result.offered}

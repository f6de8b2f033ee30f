from __future__ import annotations

import asyncio

import grpc
import pytest

from chassis import errors
from chassis.errors import Violation
from chassis.status import STATUS_OF
from wire.chassis.probe import SERVICE, serving


def raising(failure):
    async def fails(_request, _context):
        raise failure

    return fails


def raising_midway(failure):
    async def fails(_request, _context):
        yield "first"
        raise failure

    return fails


@pytest.mark.parametrize("kind", [kind for kind in STATUS_OF if kind is not errors.Internal])
async def test_each_failure_crosses_the_wire_as_itself(kind):
    async with serving(one=raising(kind("the reason in words"))) as probe:
        with pytest.raises(kind) as caught:
            await probe.one("x")

    assert type(caught.value) is kind
    assert caught.value.message == "the reason in words"


async def test_violations_cross_the_wire():
    violations = (Violation("queries.3.text", "is required"), Violation("top_k", "must be at most 100"))
    async with serving(one=raising(errors.InvalidArgument("two fields are wrong", violations=violations))) as probe:
        with pytest.raises(errors.InvalidArgument) as caught:
            await probe.one("x")

    assert caught.value.violations == violations


@pytest.mark.parametrize("kind", [errors.Overloaded, errors.Unavailable])
async def test_the_time_to_ask_again_crosses_the_wire(kind):
    async with serving(one=raising(kind("full", retry_after=1.25))) as probe:
        with pytest.raises(kind) as caught:
            await probe.one("x")

    assert caught.value.retry_after == 1.25


async def test_a_failure_in_the_middle_of_a_stream_comes_after_what_was_sent():
    async with serving(many=raising_midway(errors.Unavailable("gone", retry_after=2))) as probe:
        responses = aiter(probe.many("x"))
        assert await anext(responses) == "first"
        with pytest.raises(errors.Unavailable) as caught:
            await anext(responses)

    assert caught.value.retry_after == 2


async def test_what_nobody_foresaw_is_internal_and_says_nothing(caplog):
    async with serving(one=raising(ValueError("the text of a document"))) as probe:
        with pytest.raises(errors.Internal) as caught:
            await probe.one("x")

    assert caught.value.message == "internal error"
    (told,) = [record.msg for record in caplog.records if record.levelname == "ERROR"]
    assert told["error"] == ["ValueError"]
    assert len(told["trace_id"]) == 32
    assert "the text of a document" not in str(told)


async def test_internal_keeps_its_own_words_to_itself():
    async with serving(many=raising_midway(errors.Internal("the password was wrong"))) as probe:
        with pytest.raises(errors.Internal, match="internal error"):
            _ = [part async for part in probe.many("x")]


async def test_a_long_message_does_not_break_the_trailer():
    violations = tuple(Violation("f" * 1000, "w" * 1000) for _ in range(500))
    async with serving(one=raising(errors.InvalidArgument("m" * 100_000, violations=violations))) as probe:
        with pytest.raises(errors.InvalidArgument) as caught:
            await probe.one("x")

    assert len(caught.value.violations) == 20


async def test_work_that_was_given_up_inside_ends_the_call_as_cancelled():
    async def gives_up(_request, _context):
        raise asyncio.CancelledError

    async with serving(one=gives_up) as probe:
        with pytest.raises(errors.Cancelled):
            await probe.one("x", timeout=2)


async def test_a_response_of_a_wrong_type_is_internal():
    async def wrong(_request, _context):
        return object()

    async with serving(one=wrong) as probe:
        with pytest.raises(errors.Internal):
            await probe.one("x")


async def test_a_plain_client_reads_the_details_too():
    from grpc_status import rpc_status

    async with (
        serving(one=raising(errors.Overloaded("full", retry_after=3, reason="QUOTA"))) as probe,
        grpc.aio.insecure_channel(f"127.0.0.1:{probe.ports.port}") as plain,
    ):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await plain.unary_unary(f"/{SERVICE}/one")(b"x")
    kinds = [detail.TypeName() for detail in rpc_status.from_call(caught.value).details]

    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert kinds == ["google.rpc.ErrorInfo", "google.rpc.RetryInfo"]


async def test_an_unknown_method_is_unimplemented():
    async with serving(one=raising(errors.NotFound("never reached"))) as probe:
        with pytest.raises(errors.Unimplemented):
            await probe.channel.unary_unary(f"/{SERVICE}/nothing")(b"x")

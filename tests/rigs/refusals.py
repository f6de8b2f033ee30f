"""Calls that must fail, and what their failures tell."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import grpc
import pytest
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from grpc_status import rpc_status


async def refused(call) -> grpc.aio.AioRpcError:
    """Await a call that must fail; return how."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        async with asyncio.timeout(20):
            await call
    return caught.value


@dataclass
class Details:
    """What a failure tells besides its code."""

    reason: str
    fields: list[str]
    retry_after: float | None


def details(error: grpc.aio.AioRpcError) -> Details:
    """Return the particulars of a failure."""
    found = Details("", [], None)
    for packed in rpc_status.from_call(error).details:
        info, bad, retry = ErrorInfo(), BadRequest(), RetryInfo()
        if packed.Unpack(info):
            found.reason = info.reason
        elif packed.Unpack(bad):
            found.fields = [violation.field for violation in bad.field_violations]
        elif packed.Unpack(retry):
            found.retry_after = retry.retry_delay.ToMilliseconds() / 1000
    return found

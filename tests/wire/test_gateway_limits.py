"""Limits over the wire: what clients are told, and what is given back."""

from __future__ import annotations

import time

import grpc
import pytest
from forebay.gateway.v1alpha1 import gateway_pb2 as pb

from chassis.snapshot import Limits, Policy
from fakes.counts import FakeCounts
from rigs.gateway import READER, SNAPSHOT, ask, details, gateway, key, refused
from wire.chassis.probe import until


def limiting(**limits):
    return SNAPSHOT.model_copy(update={"policies": (Policy(tenant=Limits(**limits)),)})


def search():
    return pb.SearchRequest(query={"corpus": "docs", "query": "q"})


@pytest.fixture
def counts():
    return FakeCounts(time.time)


async def test_a_client_over_its_rate_is_told_which_limit_and_when_to_come_back(tmp_path, counts):
    async with gateway(tmp_path, snapshot=limiting(requests_per_minute=1), counts=counts) as front:
        first = front.stub.Search(search(), metadata=key(READER))
        await first
        error = await refused(front.stub.Search(search(), metadata=key(READER)))

    told, last = dict(await first.trailing_metadata()), dict(error.trailing_metadata())
    assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert details(error).reason == "REQUESTS_PER_MINUTE"
    assert 50 < details(error).retry_after <= 60
    assert (told["x-ratelimit-limit-requests"], told["x-ratelimit-remaining-requests"]) == ("1", "0")
    assert last["x-ratelimit-remaining-requests"] == "0"


async def test_tokens_are_reserved_for_an_answer_and_what_it_did_not_use_is_given_back(tmp_path, counts):
    async with gateway(tmp_path, snapshot=limiting(tokens_per_minute=1000), counts=counts) as front:
        for _ in range(5):
            async for _ in front.stub.Answer(ask("one two", max_output_tokens=400), metadata=key(READER)):
                pass

    assert len(counts.settled) == 5


async def test_a_client_that_goes_leaves_its_place_to_others(tmp_path, counts):
    async with gateway(tmp_path, snapshot=limiting(concurrent=1), counts=counts) as front:
        call = front.stub.Answer(ask("forever"), metadata=key(READER))
        await call.read()
        error = await refused(front.stub.Search(search(), metadata=key(READER)))
        call.cancel()
        await front.orchestrator.given_up.wait()
        await until(lambda: counts.settled)
        await front.stub.Search(search(), metadata=key(READER))

    assert details(error).reason == "CONCURRENT"


async def test_an_answer_says_that_limits_were_counted_alone(tmp_path, counts):
    counts.away = True
    async with gateway(tmp_path, snapshot=limiting(concurrent=8), counts=counts) as front:
        events = [event async for event in front.stub.Answer(ask("one two"), metadata=key(READER))]
        found = await front.stub.Search(search(), metadata=key(READER))

    assert "limits" in events[-1].closing.degraded
    assert "limits" in found.result.degraded

from __future__ import annotations

import grpc
import pytest
from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as pb
from forebay.orchestrator.v1alpha1 import orchestrator_pb2_grpc as rpc

from chassis import identity
from chassis.errors import InvalidArgument, NotFound
from rigs.orchestrator import ASKER, orchestrated


@pytest.fixture
async def rig(tmp_path):
    with identity.bound(ASKER):
        async with orchestrated(tmp_path) as rig:
            yield rig


@pytest.fixture(autouse=True)
def asker():
    with identity.bound(ASKER):
        yield


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"question": ""}, "question"),
        ({"question": " \n "}, "question"),
        ({"question": "a\x00b"}, "question"),
        ({"question": "x" * 4_097}, "question"),
        ({"corpus": ""}, "corpus"),
        ({"corpus": "Docs!"}, "corpus"),
        ({"corpus": "d" * 65}, "corpus"),
        ({"max_sources": 21}, "max_sources"),
        ({"max_output_tokens": 1_025}, "max_output_tokens"),
        ({"temperature": 2.5}, "temperature"),
        ({"temperature": -0.1}, "temperature"),
        ({"temperature": float("nan")}, "temperature"),
        ({"filter": "lang == "}, "filter"),
    ],
)
async def test_what_breaks_a_limit_is_refused_by_name(rig, fields, field):
    with pytest.raises(InvalidArgument) as refused:
        await rig.asked(**fields)
    assert [violation.field for violation in refused.value.violations] == [field]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"top_k": 1_001}, "top_k"),
        ({"mode": 9}, "mode"),
        ({"query": ""}, "query"),
        ({"filter": "("}, "filter"),
        ({"rerank": 9}, "rerank"),
    ],
)
async def test_a_search_has_limits_too(rig, fields, field):
    with pytest.raises(InvalidArgument) as refused:
        await rig.searched(**fields)
    assert [violation.field for violation in refused.value.violations] == [field]


async def test_an_unknown_corpus_is_not_found(rig):
    with pytest.raises(NotFound):
        await rig.asked(corpus="other")


async def test_nobody_is_served_without_an_identity(rig):
    async with grpc.aio.insecure_channel(rig.address) as channel:
        call = rpc.OrchestratorServiceStub(channel).Search(pb.SearchRequest(corpus="docs", query="Which?"))
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await call
    assert refused.value.code() is grpc.StatusCode.UNAUTHENTICATED

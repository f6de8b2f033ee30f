"""What was used is the same number wherever it is read: in traces, in records, and as usage."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest
from forebay.gateway.v1alpha1 import gateway_pb2 as pb
from forebay.gateway.v1alpha1 import usage_pb2
from forebay.retrieval.v1alpha1 import retrieval_pb2 as retrieval

from chassis.errors import Unavailable
from rigs.accounted import accounted
from rigs.figures import traced
from rigs.gateway import ADMIN, READER, WRITER, ask, key, refused
from rigs.orchestrator import QUESTION
from rigs.records import migrated
from wire.chassis.probe import until

pytestmark = pytest.mark.xdist_group("reconciling")


@pytest.fixture
async def rig(tmp_path):
    async with migrated() as dsn, accounted(tmp_path, dsn) as rig:
        yield rig


async def answered(rig, **fields):
    call = rig.stub.Answer(ask(QUESTION, **fields), metadata=key(READER))
    return [event async for event in call]


def search(corpus="docs", **fields):
    return pb.SearchRequest(query={"corpus": corpus, "query": QUESTION, **fields})


async def searched(rig, request, who=READER):
    return await rig.stub.Search(request, metadata=key(who))


async def broken_off(rig):
    """Leave an answer when its model has written a word and goes on to nothing."""
    rig.llama.words, rig.llama.hangs = ["Health."], True
    call = rig.stub.Answer(ask(QUESTION, seed=2), metadata=key(READER))
    _, text = await call.read(), await call.read()
    call.cancel()
    await rig.llama.stopped.wait()
    assert text.text.spent.output_tokens == 1


async def everything(rig):
    """Make requests of every kind; return how the gateway is to have recorded them."""
    await answered(rig)
    await answered(rig)
    rig.llama.failure = Unavailable("the model died")
    await answered(rig, seed=1)
    rig.llama.failure, rig.llama.stopped = None, asyncio.Event()
    await broken_off(rig)
    await searched(rig, search())
    await searched(rig, search(mode=retrieval.SEARCH_MODE_LEXICAL))
    rig.ranker.failure = Unavailable("the reranker is away")
    await searched(rig, search())
    await refused(searched(rig, search(), WRITER))
    await refused(searched(rig, search(corpus="absent", mode=retrieval.SEARCH_MODE_LEXICAL)))
    await rig.stub.Embed(
        pb.EmbedRequest(texts={"texts": ["one", "two words", "and three words"]}), metadata=key(READER)
    )
    return Counter(
        {
            ("Answer", "OK", "miss"): 2,
            ("Answer", "OK", "hit"): 1,
            ("Answer", "CANCELLED", "miss"): 1,
            ("Search", "OK", ""): 3,
            ("Search", "MISSING_ROLE", ""): 1,
            ("Search", "UNKNOWN_CORPUS", ""): 1,
            ("Embed", "OK", ""): 1,
        }
    )


async def test_traces_records_and_usage_tell_the_same(rig, recorded):
    expected = await everything(rig)
    await until(lambda: rig.outcomes() == expected)

    by_record = rig.recorded()
    assert rig.steps() == {"near", "embed", "search", "rerank", "generate"}
    assert set(by_record) == {("embed", "fake"), ("search", ""), ("rerank", "reranker"), ("generate", "generator")}
    assert traced(recorded.spans.get_finished_spans()) == by_record

    asked = usage_pb2.GetUsageRequest(by=[usage_pb2.USAGE_BY_MODEL])
    rows = (await rig.usage.GetUsage(asked, metadata=key(ADMIN))).rows
    by_usage = {row.parts[0]: (row.inferences, row.input_tokens, row.output_tokens) for row in rows}
    assert by_usage == {model: sums for (_, model), sums in by_record.items()}

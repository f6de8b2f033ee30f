"""What was used is the same number wherever it is read: in traces, in records, and as usage."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress

import pytest
from forebay.gateway.v1alpha1 import gateway_pb2 as pb
from forebay.gateway.v1alpha1 import usage_pb2
from forebay.retrieval.v1alpha1 import retrieval_pb2 as retrieval

from chassis.errors import NotFound, Unavailable
from rigs.accounted import accounted
from rigs.figures import by_trace
from rigs.gateway import ADMIN, READER, WRITER, ask, key, refused
from rigs.orchestrator import QUESTION
from rigs.records import migrated
from wire.chassis.probe import until

pytestmark = pytest.mark.xdist_group("reconciling")

MOST = 20
"""Tokens that answers here may have."""


@pytest.fixture
async def rig(tmp_path):
    async with migrated() as dsn, accounted(tmp_path, dsn) as rig:
        yield rig


async def answered(rig, **fields):
    request = ask(QUESTION, **{"max_output_tokens": MOST} | fields)
    return [event async for event in rig.stub.Answer(request, metadata=key(READER))]


def search(corpus="docs", **fields):
    return pb.SearchRequest(query={"corpus": corpus, "query": QUESTION, **fields})


async def searched(rig, request, who=READER):
    return await rig.stub.Search(request, metadata=key(who))


async def embedded(rig, *texts):
    return await rig.stub.Embed(pb.EmbedRequest(texts={"texts": texts}), metadata=key(READER))


async def well(rig):
    """Make requests that are answered, in part by caches or without what was given up."""
    await answered(rig)
    await answered(rig)
    await searched(rig, search())
    await searched(rig, search(mode=retrieval.SEARCH_MODE_LEXICAL))
    rig.llama.failure = Unavailable("the model died")
    await answered(rig, seed=1)
    rig.ranker.failure = Unavailable("the reranker is away")
    await searched(rig, search())
    await embedded(rig, "one", "two words", "and three words")
    rig.llama.failure = rig.ranker.failure = None


async def failing(rig):
    """Make requests that are refused, or fail after some work was done for them."""
    await refused(searched(rig, search(), WRITER))
    await refused(searched(rig, search(top_k=5000)))
    await refused(searched(rig, search(corpus="absent", query="What is not there?")))
    await refused(answered(rig, corpus="absent"))
    await refused(embedded(rig, ""))
    rig.llama.failure = NotFound("the model is gone")
    await refused(answered(rig, seed=2))
    rig.llama.failure = None
    rig.retrieval.failure = Unavailable("retrieval is away")
    await refused(answered(rig, seed=3))
    rig.retrieval.failure = None


async def broken_off(rig):
    """Leave an answer when its model has written a word and goes on to nothing, and a search while it is made."""
    rig.llama.words, rig.llama.hangs, rig.llama.stopped = ["Health."], True, asyncio.Event()
    call = rig.stub.Answer(ask(QUESTION, seed=4, max_output_tokens=MOST), metadata=key(READER))
    _, text = await call.read(), await call.read()
    call.cancel()
    await rig.llama.stopped.wait()
    assert text.text.spent.output_tokens == 1

    rig.retrieval.hangs, before = True, len(rig.engine.batches)
    leaving = asyncio.ensure_future(searched(rig, search(query="Who waits?")))
    await until(lambda: len(rig.engine.batches) > before)
    leaving.cancel()
    with suppress(asyncio.CancelledError):
        await leaving


EXPECTED = Counter(
    {
        ("Answer", "OK", "miss"): 2,
        ("Answer", "OK", "hit"): 1,
        ("Answer", "UNKNOWN_CORPUS", ""): 1,
        ("Answer", "NOT_FOUND", "miss"): 1,
        ("Answer", "UNAVAILABLE", "miss"): 1,
        ("Answer", "CANCELLED", "miss"): 1,
        ("Search", "OK", ""): 3,
        ("Search", "MISSING_ROLE", ""): 1,
        ("Search", "INVALID_ARGUMENT", ""): 1,
        ("Search", "UNKNOWN_CORPUS", ""): 1,
        ("Search", "CANCELLED", ""): 1,
        ("Embed", "OK", ""): 1,
        ("Embed", "INVALID_ARGUMENT", ""): 1,
    }
)


def figures(body):
    """Return what a record says was used, as a trace says it: there, vectors of near questions are embedded, too."""
    sums = Counter()
    for step in body["spent"]:
        name = "embed" if step["step"] == "near" else step["step"]
        for number, figure in enumerate(("inferences", "input_tokens", "output_tokens")):
            sums[name, step["model"], number] += step[figure]
    return +sums


def flat(figures):
    return +Counter({(*key, number): sum_ for key, sums in figures.items() for number, sum_ in enumerate(sums)})


def bound(untold, step):
    """Return by how much a trace may say more of a step than a record that names this untold."""
    open_ = {"answer", "search"} & set(untold) or (step == "embed" and set(untold))
    return {"generate": MOST, "rerank": 50}.get(step, 100) if open_ else 0


async def test_traces_records_and_usage_tell_the_same_of_every_request(rig, recorded):
    await well(rig)
    await failing(rig)
    await broken_off(rig)
    await until(lambda: rig.outcomes() == EXPECTED)

    traces = by_trace(recorded.spans.get_finished_spans())
    for body in rig.bodies():
        by_trace_, by_record = flat(traces[body["trace"]]), figures(body)
        assert not by_record - by_trace_, body
        more = by_trace_ - by_record
        assert all(more[of] <= bound(body["untold"], of[0]) for of in more), (more, body)

    asked = usage_pb2.GetUsageRequest(by=[usage_pb2.USAGE_BY_MODEL])
    rows = (await rig.usage.GetUsage(asked, metadata=key(ADMIN))).rows
    by_usage = {row.parts[0]: (row.inferences, row.input_tokens, row.output_tokens) for row in rows if row.inferences}
    assert by_usage == {model: sums for (_, model), sums in rig.recorded().items()}


async def test_only_what_was_broken_off_may_have_used_more_than_its_record_says(rig):
    await well(rig)
    await failing(rig)
    await broken_off(rig)
    await until(lambda: rig.outcomes() == EXPECTED)

    untold = {(body["call"], body["outcome"]): body["untold"] for body in rig.bodies() if body["untold"]}
    untold.pop(("Answer", "UNAVAILABLE"), None)  # its vector may or may not have been there when retrieval failed
    assert untold == {("Answer", "CANCELLED"): ["answer"], ("Search", "CANCELLED"): ["search"]}


async def test_a_vector_that_was_remembered_is_saved_and_not_used(rig):
    await searched(rig, search())
    used = rig.recorded()
    await searched(rig, search())

    assert rig.recorded()["embed", "fake"] == used["embed", "fake"]
    assert rig.recorded("saved") == {("embed", "fake"): used["embed", "fake"]}

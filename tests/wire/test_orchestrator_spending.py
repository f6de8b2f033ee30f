from __future__ import annotations

import pytest
from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as pb

from chassis.errors import Unavailable
from chassis.identity import bound
from rigs.orchestrator import ASKER, QUESTION, orchestrated


@pytest.fixture
async def rig(tmp_path):
    async with orchestrated(tmp_path) as rig:
        yield rig


@pytest.fixture(autouse=True)
def asker():
    with bound(ASKER):
        yield


def figures(spent):
    """Return inferences, tokens read and tokens written, by step and model."""
    return {
        (pb.Step.Name(one.step), one.model.name): (one.inferences, one.input_tokens, one.output_tokens) for one in spent
    }


FOUND = {("STEP_EMBED", "minilm"): (1, 7, 0), ("STEP_SEARCH", ""): (1, 0, 0), ("STEP_RERANK", "reranker"): (9, 0, 0)}


async def test_the_closing_event_says_what_each_step_used(rig):
    closing = (await rig.asked())[-1].closing

    assert figures(closing.spent) == FOUND | {("STEP_GENERATE", "generator"): (1, 40, 3)}
    assert (closing.usage.input_tokens, closing.usage.output_tokens) == (40, 3)


async def test_a_reader_that_leaves_early_knows_what_was_used_up_to_then(rig):
    rig.llama.hangs = True
    call = rig.stub.Answer(pb.AnswerRequest(corpus="docs", question=QUESTION))

    sources, text = await call.read(), await call.read()
    call.cancel()

    assert figures(sources.sources.spent) == FOUND
    [(step, (begun, read, written))] = figures([text.text.spent]).items()
    assert (step, begun, read) == (("STEP_GENERATE", "generator"), 1, 40)
    assert 1 <= written <= 3


async def test_what_a_step_used_counts_when_it_was_given_up(rig):
    rig.llama.failure = Unavailable("the model died")

    closing = (await rig.asked())[-1].closing

    assert list(closing.degraded) == ["generator"]
    assert figures(closing.spent)["STEP_GENERATE", "generator"] == (1, 40, 3)


async def test_a_step_that_did_nothing_used_nothing(rig):
    rig.embedding.failure = Unavailable("the model is away")

    assert figures((await rig.searched()).spent) == {("STEP_SEARCH", ""): (1, 0, 0)}


async def test_a_search_says_what_each_step_used(rig):
    assert figures((await rig.searched()).spent) == FOUND

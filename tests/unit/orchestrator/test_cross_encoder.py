"""What is sent to a cross-encoder, and what is made of its answers."""

from __future__ import annotations

import numpy as np
import pytest

from chassis.errors import Internal
from fakes.models import FakeModels
from fakes.searcher import hit
from orchestrator.pool import CrossEncoder
from orchestrator.reranking.pairs import Row, passage
from orchestrator.search.words import Query

HITS = [hit("a " * length, "Routes", "Tiers") for length in (3, 20, 5, 1)]
QUERY = Query(corpus="docs", text="q", top_k=4)


class Tokens:
    """One token for each character: 1 in the question, 2 in the passage."""

    def __init__(self, *, segmented=True):
        self.segmented = segmented

    def rows(self, question, passages):
        one = len(question)
        return [Row([1] * one + [2] * len(each), [0] * one + [1] * len(each)) for each in passages]


class Model:
    """Counts the tokens of each row; with `answer` it says something else."""

    def __init__(self, answer=None):
        self.answer = answer
        self.seen = []

    async def __call__(self, inputs):
        self.seen.append(inputs)
        counts = inputs["attention_mask"].sum(axis=1, keepdims=True).astype(np.float32)
        return {"logits": counts} if self.answer is None else self.answer


def encoder(model, rows=2, **tokens):
    return CrossEncoder(FakeModels(answers={"cross-encoder": model}), Tokens(**tokens), rows)


async def test_pairs_of_like_lengths_share_a_batch_and_each_score_finds_its_candidate():
    model = Model()

    ranking = await encoder(model).rank(QUERY, HITS, ())

    assert ranking.scores == [1 + len(passage(one.chunk)) for one in HITS]
    assert [inputs["input_ids"].shape for inputs in model.seen] == [(2, 32), (2, 64)]


async def test_padding_is_masked_and_each_text_is_a_segment():
    model = Model()

    await encoder(model, rows=4).rank(QUERY, HITS, ())

    (inputs,) = model.seen
    assert (inputs["attention_mask"] == (inputs["input_ids"] > 0)).all()
    assert (inputs["token_type_ids"] == (inputs["input_ids"] == 2)).all()


async def test_a_model_that_reads_no_segments_is_sent_none():
    model = Model()

    await encoder(model, segmented=False).rank(QUERY, HITS, ())

    assert all(sorted(inputs) == ["attention_mask", "input_ids"] for inputs in model.seen)


@pytest.mark.parametrize(
    "answer",
    [{}, {"logits": np.zeros((2, 2))}, {"logits": np.zeros((1, 1))}, {"logits": np.array([[0.0], [np.nan]])}],
    ids=["nothing", "two numbers", "too few", "no number"],
)
async def test_an_answer_that_is_no_list_of_scores_is_the_models_fault(answer):
    with pytest.raises(Internal):
        await encoder(Model(answer)).rank(QUERY, HITS, ())


def test_what_stands_above_a_chunk_is_read_too():
    assert passage(hit("Text.", "Routes", "Tiers").chunk) == "Guide\nRoutes\nTiers\nText."

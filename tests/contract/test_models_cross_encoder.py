"""The cross-encoder's whole way on the real Triton, held to the same sums in double precision.

The weights are random: tensors, batches, truncation and order are proved here, and nothing is said of quality.
"""

from __future__ import annotations

import asyncio
import math
import random
from functools import partial

import pytest
import pytest_asyncio

from chassis.channel import ChannelSettings
from chassis.errors import NotFound
from chassis.routing import Routing
from chassis.snapshot import Route, Snapshot, Target
from fakes.ranker import KeptMeters
from fakes.searcher import FakeSearcher, found, hit
from orchestrator.__main__ import ranking
from orchestrator.reranking.pairs import passage
from orchestrator.reranking.reranker import Reranker, RerankLimits
from orchestrator.search.spending import begin
from orchestrator.search.words import Query
from orchestrator.settings import CrossEncoderSettings
from orchestrator.tokenizers import PairTokeniser
from pool.models import models
from pool.settings import PoolSettings, TritonSettings
from rigs.cross_encoder import WINDOW, WORDS, cross_encoder

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("triton-cross-encoder")]

ROUTE = Route(role="cross-encoder", targets=(Target(pool="embedding", model="cross-encoder"),))
QUESTION = "word3 word14 word15"
RANDOM = random.Random(7)
HITS = [hit(" ".join(RANDOM.choices(WORDS, k=RANDOM.randint(1, 90))), score=1 - at / 100) for at in range(50)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(tmp_path_factory):
    async with cross_encoder(tmp_path_factory.mktemp("cross-encoder")) as served:
        yield served


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ranked(served):
    async with pooled(served, ROUTE) as pool:
        settings = partial(CrossEncoderSettings, tokenizer=served.tokenizer, window=WINDOW)
        yield lambda **fields: ranking(pool, settings(**fields))


def pooled(served, *routes):
    where = TritonSettings(embedding_target=served.triton.target)
    return models(PoolSettings(), Routing(Snapshot(version=1, routes=routes)), where, ChannelSettings())


def asked(text=QUESTION, top_k=10):
    return Query(corpus="docs", text=text, top_k=top_k)


def golden(served, question, hits):
    tokeniser = PairTokeniser(served.tokenizer, WINDOW)
    rows = tokeniser.rows(question, [passage(one.chunk) for one in hits])
    return [served.score(row.ids, row.segments) for row in rows]


async def scores(ranked, question, hits, **fields):
    ranker, _ = ranked(**fields)
    return (await ranker.rank(asked(question), hits, ())).scores


@pytest.mark.parametrize("rows", [7, 32, 64])
async def test_each_score_is_the_golden_one_and_stands_where_its_candidate_stood(served, ranked, rows):
    expected = golden(served, QUESTION, HITS)

    assert await scores(ranked, QUESTION, HITS, rows=rows) == pytest.approx(expected, abs=1e-4)
    assert max(expected) - min(expected) > 0.1


async def test_a_passage_gives_way_to_the_question_where_both_are_too_long_for_the_window(served, ranked):
    short, long = hit(" ".join(WORDS[:59])), hit(" ".join(WORDS[:59] + WORDS[60:99]))
    row, cut = PairTokeniser(served.tokenizer, WINDOW).rows("word1 word2", [short.chunk.text, long.chunk.text])

    one, other = await scores(ranked, "word1 word2", [short, long])

    assert (len(row.ids), row.ids) == (WINDOW, cut.ids)
    assert one == pytest.approx(other, abs=1e-4)


async def test_a_question_that_is_longer_than_the_window_is_cut_too(served, ranked):
    question = " ".join(WORDS)

    assert await scores(ranked, question, HITS[:5]) == pytest.approx(golden(served, question, HITS[:5]), abs=1e-4)


async def test_which_text_is_the_question_matters(ranked):
    (forth,) = await scores(ranked, "word1 word2", [hit("word3 word4")])
    (back,) = await scores(ranked, "word3 word4", [hit("word1 word2")])

    assert abs(forth - back) > 1e-3


async def test_searches_at_the_same_time_share_batches_and_change_no_score(served, ranked):
    questions = [f"word{number} word{number + 1}" for number in range(12)]

    together = await asyncio.gather(*(scores(ranked, question, HITS) for question in questions))

    for question, some in zip(questions, together, strict=True):
        assert some == pytest.approx(golden(served, question, HITS), abs=1e-4)


@pytest.mark.parametrize("slope", [None, 2.0])
async def test_a_search_is_ordered_by_the_scores_and_says_relevance_where_their_scale_is_known(served, ranked, slope):
    ranker, calibration = ranked(slope=slope, shift=-0.5)
    limits = RerankLimits(weight=1.0, patience=10.0)
    reranker = Reranker(FakeSearcher(found(QUESTION, *HITS)), ranker, calibration, KeptMeters(), limits)
    spending = begin()

    result = await reranker.search(asked())

    best = sorted(zip(golden(served, QUESTION, HITS), HITS, strict=True), key=lambda pair: -pair[0])[:10]
    assert [one.chunk.text for one in result.hits] == [one.chunk.text for _, one in best]
    likely = [None if slope is None else 1 / (1 + math.exp(0.5 - slope * score)) for score, _ in best]
    assert [one.relevance for one in result.hits] == (likely if slope is None else pytest.approx(likely, abs=1e-4))
    assert [(model.role, model.name, model.version) for model in result.models] == [("cross-encoder",) * 2 + ("1",)]
    (spent,) = spending.all()
    assert (spent.inferences, spent.input_tokens > 50 * 5) == (50, True)


async def test_without_a_route_the_order_stays_and_nothing_is_given_up(served):
    async with pooled(served) as pool:
        ranker, calibration = ranking(pool, CrossEncoderSettings(tokenizer=served.tokenizer))
        with pytest.raises(NotFound):
            await ranker.rank(asked(), HITS, ())
        reranker = Reranker(
            FakeSearcher(found(QUESTION, *HITS)), ranker, calibration, KeptMeters(), RerankLimits(patience=10.0)
        )

        result = await reranker.search(asked())

    assert (result.hits, result.degraded) == (tuple(HITS[:10]), ())

from __future__ import annotations

import pytest

from chassis.deadline import within
from chassis.errors import DeadlineExceeded, Internal, NotFound, Overloaded, Unavailable
from fakes.ranker import MODEL, FakeRanker, KeptMeters
from fakes.searcher import FakeSearcher, found, hit
from orchestrator.reranking import relevance
from orchestrator.reranking.reranker import Reranker, RerankLimits
from orchestrator.search.words import Mode, Query

QUESTION = "Where are routes kept?"
HITS = [hit(f"Route number {at}.", score=1 - at / 10) for at in range(6)]
NOBODY = NotFound("no model plays the role", reason="UNKNOWN_ROLE")


class Rig:
    def __init__(self, ranker=None, degraded=(), **limits):
        self.searcher = FakeSearcher(found(QUESTION, *HITS, degraded=degraded))
        self.ranker, self.meters = ranker or FakeRanker(), KeptMeters()
        self.reranker = Reranker(
            self.searcher, self.ranker, relevance.fitted(), self.meters, RerankLimits(**{"candidates": 4} | limits)
        )

    async def search(self, **fields):
        return await self.reranker.search(Query(**{"corpus": "docs", "text": QUESTION, "top_k": 2} | fields))


def texts(result):
    return [one.chunk.text for one in result.hits]


async def test_more_is_searched_for_than_is_returned():
    rig = Rig()

    result = await rig.search()

    assert rig.searcher.asked[0].top_k == 4
    assert len(rig.ranker.asked[0]) == 4
    assert len(result.hits) == 2
    assert result.models == (MODEL,)
    assert rig.meters.outcomes == ["OK"]


async def test_the_score_is_the_mean_of_fusion_and_ranker():
    result = await Rig(FakeRanker(0, 0, 0, 30), weight=0.5).search(top_k=4)

    assert texts(result) == ["Route number 3.", "Route number 0.", "Route number 1.", "Route number 2."]
    assert [one.score for one in result.hits] == pytest.approx([0.85, 0.5, 0.45, 0.4])


async def test_without_weight_the_order_is_that_of_the_fusion():
    assert texts(await Rig(weight=0.0).search()) == ["Route number 0.", "Route number 1."]


async def test_what_lies_below_the_candidates_stays_below_them():
    result = await Rig().search(top_k=6)

    assert texts(result)[4:] == ["Route number 4.", "Route number 5."]
    scores = [one.score for one in result.hits]
    assert scores == sorted(scores, reverse=True)
    assert [one.relevance is None for one in result.hits] == [False] * 4 + [True] * 2


async def test_a_better_candidate_is_more_likely_relevant():
    result = await Rig(FakeRanker(4, 1, 0, -3)).search(top_k=4)

    likely = [one.relevance for one in result.hits]
    assert likely == sorted(likely, reverse=True)
    assert all(0 < probability < 1 for probability in likely)


@pytest.mark.parametrize(
    "fields", [{"rerank": False}, {"mode": Mode.DENSE}, {"mode": Mode.LEXICAL}], ids=["off", "dense", "lexical"]
)
async def test_what_is_not_to_be_reranked_is_searched_as_asked(fields):
    rig = Rig()

    result = await rig.search(**fields)

    assert rig.searcher.asked[0].top_k == 2
    assert not rig.ranker.asked
    assert result.hits == tuple(HITS[:2])


async def test_no_candidates_turn_it_off():
    rig = Rig(candidates=0)

    assert (await rig.search()).hits == tuple(HITS[:2])
    assert not rig.ranker.asked


async def test_half_a_search_is_not_reranked():
    rig = Rig(degraded=("dense",))

    result = await rig.search()

    assert (texts(result), result.degraded) == (["Route number 0.", "Route number 1."], ("dense",))
    assert not rig.ranker.asked


@pytest.mark.parametrize("failure", [Unavailable(), Overloaded(), DeadlineExceeded(), Internal()])
async def test_without_the_model_the_order_stays_and_the_step_is_named(failure):
    rig = Rig()
    rig.ranker.failure = failure

    result = await rig.search()

    assert texts(result) == ["Route number 0.", "Route number 1."]
    assert result.degraded == ("reranker",)
    assert rig.meters.outcomes == [failure.reason]


async def test_a_model_that_is_too_slow_is_not_waited_for():
    rig = Rig(patience=0.05)
    rig.ranker.hangs = True

    result = await rig.search()

    assert (len(result.hits), result.degraded) == (2, ("reranker",))


async def test_without_time_it_is_not_started():
    rig = Rig()

    with within(0.1):
        result = await rig.search()

    assert result.degraded == ("reranker",)
    assert not rig.ranker.asked


async def test_where_nobody_plays_the_role_nothing_is_given_up():
    rig = Rig()
    rig.ranker.failure = NOBODY

    result = await rig.search()

    assert (texts(result), result.degraded) == (["Route number 0.", "Route number 1."], ())


async def test_nothing_found_needs_no_ranker():
    rig = Rig()
    rig.searcher.result = found(QUESTION)

    assert (await rig.search()).hits == ()
    assert not rig.ranker.asked

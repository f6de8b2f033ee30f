from __future__ import annotations

import pytest
from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as pb

from chassis import identity
from chassis.errors import Unavailable
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


async def test_the_best_candidates_are_looked_at_again(rig):
    rig.ranker.scores = [0.0] * 8 + [9.0]

    found = await rig.searched(top_k=2)

    assert rig.retrieval.asked[0].top_k == 50
    assert rig.ranker.shape == (9, 19)
    assert [hit.chunk.headings[0] for hit in found.hits] == ["Coffee", "Health"]
    assert all(0 < hit.relevance < 1 for hit in found.hits)
    assert ("reranker", "reranker") in {(model.role, model.name) for model in found.versions.models}


async def test_a_search_may_ask_for_the_order_of_the_search(rig):
    found = await rig.searched(top_k=2, rerank=pb.RERANK_OFF)

    assert rig.retrieval.asked[0].top_k == 8
    assert rig.ranker.shape is None
    assert not any(hit.HasField("relevance") for hit in found.hits)


async def test_without_the_reranker_the_order_is_that_of_the_search(rig):
    rig.ranker.failure = Unavailable("gone")

    found = await rig.searched(top_k=2)

    assert [hit.chunk.headings[0] for hit in found.hits] == ["Health", "Coffee"]
    assert list(found.degraded) == ["reranker"]


async def test_sources_tell_how_likely_they_are_relevant(rig):
    sources = (await rig.asked())[0].sources.sources

    assert all(0 < source.relevance < 1 for source in sources)

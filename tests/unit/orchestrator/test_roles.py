"""A corpus whose vectors another model made is searched with that model."""

from __future__ import annotations

import pytest

from chassis.errors import FailedPrecondition
from chassis.identity import Identity, bound
from fakes.embedder_port import FakeEmbedder
from fakes.searcher import FakeRetriever, found, hit
from orchestrator.search.searcher import Searcher, SearchLimits
from orchestrator.search.words import Query

QUESTION = "Where are routes kept?"


def tenant(name):
    return bound(Identity(tenant=name, groups=frozenset(), roles=frozenset({"read"}), key_id="k"))


def query(corpus="docs"):
    return Query(corpus=corpus, text=QUESTION, top_k=5)


@pytest.fixture
def embedder():
    return FakeEmbedder()


@pytest.fixture
def retriever():
    return FakeRetriever(found(QUESTION, hit("Routes are kept in a file.")), wants="embedding-int8")


@pytest.fixture
def searcher(embedder, retriever):
    return Searcher(embedder, retriever, SearchLimits())


async def test_a_refused_vector_is_made_again_by_the_right_model_and_that_is_remembered(searcher, embedder, retriever):
    with tenant("acme"):
        first = await searcher.search(query())
        await searcher.search(query())

    assert first.degraded == ()
    assert embedder.roles == ["embedding", "embedding-int8", "embedding-int8"]
    assert retriever.roles == [("docs", 0)]


async def test_what_one_tenants_corpus_wants_says_nothing_of_anothers(searcher, embedder):
    with tenant("acme"):
        await searcher.search(query())
    with tenant("globex"):
        await searcher.search(query())

    assert embedder.roles[-1] == "embedding"


async def test_other_refusals_are_not_tried_again(searcher, embedder, retriever):
    retriever.failure = FailedPrecondition("something else")

    with pytest.raises(FailedPrecondition, match="something else"):
        await searcher.search(query())
    assert len(embedder.roles) == 1

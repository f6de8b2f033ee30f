"""Walks the table of docs/degradation.md: each row that the orchestrator owns, in the order of the page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from chassis.deadline import within
from chassis.errors import DeadlineExceeded, Overloaded, Unavailable
from fakes.embedder_port import FakeEmbedder
from fakes.generator import FakeWriter, SilentMeters
from fakes.ranker import FakeRanker, KeptMeters
from fakes.searcher import FakeRetriever, found, hit
from orchestrator.answer import confidence
from orchestrator.answer.answerer import Answerer, AnswerLimits, Steps
from orchestrator.answer.words import Ask, Text
from orchestrator.answer.writing import Writing, WritingLimits
from orchestrator.evidence import gate
from orchestrator.evidence.attribution import AttributionLimits, Attributor
from orchestrator.prompts.template import load
from orchestrator.reranking import relevance
from orchestrator.reranking.reranker import Reranker, RerankLimits
from orchestrator.search.searcher import Searcher, SearchLimits
from orchestrator.search.words import Mode, Query

PAGE = Path(__file__).parents[3] / "docs" / "degradation.md"
QUESTION = "Which port serves health?"
QUOTED = "“Health is served on port 8081.”"
SAYS = hit("Health is served on port 8081. Probes know no TLS.", "Health", dense=0.8, lexical=20.0)
WEAK = [hit("Coffee is served at nine.", dense=0.2, lexical=1.0) for _ in range(8)]
OWN = ("It is on 8081, ", "which the health of a port serves.")
DOWN = Unavailable("down", retry_after=2.0)
FULL = Overloaded("full", retry_after=0.5)


@dataclass(frozen=True)
class Row:
    step: str
    degraded: tuple[str, ...]
    embedding: Exception | None = None
    retrieval: Exception | None = None
    model: Exception | None = None
    ranker: Exception | None = None
    words: tuple[str, ...] = OWN
    halves: tuple[str, ...] = ()
    seconds: float = 30.0
    quoted: bool = False
    lower: bool = False


ROWS = [
    Row("embedding the question, in a hybrid search or an answer", ("dense",), embedding=DOWN),
    Row("embedding the question, in a hybrid search or an answer", ("dense",), embedding=FULL),
    Row("the dense half of a hybrid search", ("dense",), halves=("dense",)),
    Row("the lexical half of a hybrid search", ("lexical",), halves=("lexical",)),
    Row("reranking the candidates of a hybrid search", ("reranker",), ranker=DOWN),
    Row("reranking the candidates of a hybrid search", ("reranker",), ranker=FULL),
    Row("the language model, before its first word", ("generator",), model=DOWN, words=(), quoted=True),
    Row("the language model, before its first word", ("generator",), model=FULL, words=(), quoted=True),
    Row("the language model, before its first word", ("generator",), seconds=0.7, quoted=True),
    Row("the language model of the first tier, before its first word", ("tier",), lower=True),
    Row("the language model, in the middle", ("generator",), model=DOWN, words=("Health is",), quoted=True),
    Row("comparing sentences by their vectors", ("dense",), embedding=DOWN),
    Row("nothing", ()),
]


def searcher(row):
    embedder = FakeEmbedder()
    embedder.failure = row.embedding
    retriever = FakeRetriever(found(QUESTION, SAYS, *WEAK, degraded=row.halves))
    retriever.failure = row.retrieval
    ranker = FakeRanker(*(-float(at) for at in range(len(retriever.result.hits))))
    ranker.failure = row.ranker
    search = Searcher(embedder, retriever, SearchLimits())
    return Reranker(search, ranker, relevance.fitted(), KeptMeters(), RerankLimits()), embedder


def answerer(row):
    search, embedder = searcher(row)
    writer = FakeWriter(*row.words)
    writer.failure, writer.fell = row.model, row.lower
    steps = Steps(
        searcher=search,
        gate=gate.fitted(0.4),
        template=lambda: load("answer@1"),
        writing=Writing(writer, SilentMeters(), WritingLimits()),
        attributor=Attributor(embedder, AttributionLimits()),
        confidence=confidence.fitted(),
    )
    return Answerer(steps, AnswerLimits())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.step)
async def test_each_step_has_its_next_best_and_is_named(row):
    ask = Ask(corpus="docs", question=QUESTION, max_sources=4, max_output_tokens=99, temperature=0, seed=0)

    with within(row.seconds):
        *events, closing = [event async for event in answerer(row).answer(ask)]

    text = "".join(event.text for event in events if isinstance(event, Text))
    assert closing.degraded == row.degraded
    assert text.startswith("".join(row.words) if row.seconds > 1 else QUOTED)
    assert QUOTED in text or not row.quoted
    assert closing.attributions


@pytest.mark.parametrize("failure", [DOWN, FULL])
async def test_a_dense_search_has_no_next_best(failure):
    search, _ = searcher(Row("embedding the question, in a dense search", (), embedding=failure))

    with pytest.raises(type(failure)) as refused:
        await search.search(Query(corpus="docs", text=QUESTION, mode=Mode.DENSE, top_k=5))
    assert refused.value.retry_after


async def test_without_both_halves_there_is_an_error_that_says_when_to_retry():
    search, _ = searcher(Row("both halves", (), retrieval=DOWN))

    with pytest.raises(Unavailable) as refused:
        await search.search(Query(corpus="docs", text=QUESTION, top_k=5))
    assert refused.value.retry_after == 2.0


async def test_when_the_time_is_over_nothing_is_made_up():
    row = Row("quotations, attribution, the closing event", (), embedding=DeadlineExceeded(), seconds=0)
    search, _ = searcher(Row(row.step, (), retrieval=DeadlineExceeded()))

    with within(0.0001), pytest.raises(DeadlineExceeded):
        await search.search(Query(corpus="docs", text=QUESTION, top_k=5))


def test_every_row_of_the_page_is_walked():
    lines = PAGE.read_text(encoding="utf-8").split("## Steps")[1].split("\n\n")[1].splitlines()[2:]
    steps = {line.split("|")[1].strip() for line in lines}
    elsewhere = {
        "embedding the question, in a dense search",
        "both halves",
        "quotations, attribution, the closing event",
    }

    assert steps == {row.step for row in ROWS if row.step != "nothing"} | elsewhere

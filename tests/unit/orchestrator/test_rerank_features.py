"""What the ranker sees: numbers that mean the same in each collection."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.searcher import found, hit
from models.layout import Layout
from orchestrator.reranking.features import NAMES, features
from orchestrator.search.words import Query

QUESTION = "graceful shutdown timeout"


def columns(*hits, question=QUESTION):
    rows = features(Query(corpus="docs", text=question, top_k=9), hits, found(question).terms)
    return {name: [row[at] for row in rows] for at, name in enumerate(NAMES)}


def bare(text, **scores):
    made = hit(text, "Guide", **scores)
    return replace(made, chunk=replace(made.chunk, title="", headings=()))


def test_the_model_was_made_for_these_columns():
    weights = json.loads((Layout.here().root / "reranker" / "weights.json").read_text(encoding="utf-8"))

    assert weights["features"] == list(NAMES)


def test_scores_are_stretched_over_the_candidates():
    seen = columns(bare("a", score=0.9, dense=0.8, lexical=30.0), bare("b", score=0.5, dense=0.4, lexical=10.0))

    assert seen["fused"] == seen["lexical"] == seen["dense"] == [1.0, 0.0]
    assert seen["lexical_place"] == [1.0, 0.5]


def test_a_half_that_did_not_see_a_candidate_counts_as_its_least():
    seen = columns(bare("a", dense=None), bare("b", dense=0.4, lexical=None), bare("c", dense=0.6))

    assert seen["dense"] == [0.0, 0.0, 1.0]
    assert seen["cosine"] == [0.4, 0.4, 0.6]
    assert seen["saturation"][1] == seen["lexical_place"][1] == 0.0


def test_words_count_by_where_they_stand():
    whole, spread, apart, none = columns(
        bare("The graceful shutdown timeout is a setting."),
        bare("A graceful end. A shutdown. A timeout."),
        bare("timeout " + "word " * 9 + "shutdown " + "word " * 9 + "graceful"),
        bare("Coffee."),
    )["coverage"]
    assert (whole, spread, apart, none) == pytest.approx((1, 1, 1, 0))

    seen = columns(bare("The graceful shutdown timeout is a setting."), bare("A graceful end.\nShutdown.\nTimeout."))
    assert seen["sentence"] == pytest.approx([1, 1 / 3])
    assert seen["sentences"] == pytest.approx([1, 2 / 3])
    assert seen["pairs"] == pytest.approx([2 / 3, 1 / 3])


def test_neighbours_of_the_question_may_stand_close_in_any_order():
    near, far = columns(bare("timeout of a shutdown"), bare("timeout " + "word " * 9 + "shutdown"))["near"]

    assert near > far == 0


def test_the_dearest_missing_word_is_named():
    assert columns(bare("graceful shutdown"), bare("graceful shutdown timeout"))["missing"] == pytest.approx([1 / 3, 0])


def test_candidates_that_speak_of_the_same_things_agree():
    same = "The drain waits for open streams."
    seen = columns(*[bare(same, score=1.0)] * 3, bare("Coffee is served at nine.", score=0.1))

    assert seen["agrees"][0] > seen["agrees"][3]
    assert seen["agrees_with_first"][0] > seen["agrees_with_first"][3]


@given(
    question=st.text(max_size=40),
    texts=st.lists(st.text(max_size=80), min_size=1, max_size=6),
    score=st.floats(0, 1),
)
def test_any_text_gives_rows_of_finite_numbers(question, texts, score):
    rows = features(
        Query(corpus="docs", text=question, top_k=9),
        [bare(text, score=score, lexical=None) for text in texts],
        found(question).terms,
    )

    assert len(rows) == len(texts)
    assert all(len(row) == len(NAMES) and all(abs(value) < 1e6 for value in row) for row in rows)

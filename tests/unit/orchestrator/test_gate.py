from __future__ import annotations

import json

import pytest

from fakes.searcher import found, hit
from orchestrator.evidence import gate
from orchestrator.evidence.features import DENSE_NAMES, WORD_NAMES, dense_features, word_features
from orchestrator.evidence.lines import pages
from orchestrator.evidence.logistic import FOLDER, Logistic, load
from orchestrator.evidence.weights import weigh

QUESTION = "Which port serves the Kafka connector?"


def features(result, question=QUESTION):
    named = zip(
        WORD_NAMES, word_features(question, result, pages(result.hits[:4]), weigh(question, result.terms)), strict=True
    )
    return dict(named)


def judged(result, question=QUESTION, threshold=0.5):
    return gate.fitted(threshold).judge(question, result, pages(result.hits[:4]), weigh(question, result.terms))


def test_sources_that_say_it_open_the_gate():
    says = hit("The Kafka connector serves its port 9092.", "Kafka connector", dense=0.75, lexical=40.0)
    weak = [hit("Ports are free.", dense=0.3, lexical=3.0) for _ in range(8)]

    assert judged(found(QUESTION, says, *weak)).opened


def test_sources_that_never_name_the_subject_do_not():
    strangers = [hit("Documents are cut along their headings.", dense=0.3, lexical=2.0) for _ in range(8)]

    verdict = judged(found(QUESTION, *strangers))

    assert not verdict.opened
    assert verdict.probability < 0.2


def test_nothing_found_is_no_answer():
    assert judged(found(QUESTION)).probability == 0


def test_a_question_without_a_single_term_does_not_break():
    assert 0 <= judged(found("", hit("Text.")), question="what is it?").probability <= 1


def test_without_the_dense_half_the_words_decide():
    says = hit("The Kafka connector serves its port 9092.", "Kafka connector", dense=None, lexical=40.0)

    verdict = judged(found(QUESTION, says, degraded=("dense",)))

    assert verdict.opened
    assert len(verdict.features) == len(WORD_NAMES)


def test_a_name_that_nothing_found_holds_is_missed():
    assert features(found(QUESTION, hit("The connector serves its port.")))["missing_names"] == 1
    assert features(found(QUESTION, hit("The kafka connector.")))["missing_names"] == 0


def test_the_words_of_a_question_may_stand_in_two_neighbouring_lines():
    together = features(found(QUESTION, hit("There is a Kafka connector. It serves a port.")))
    apart = features(found(QUESTION, hit("A Kafka connector. Something else here. Yet more here. It serves a port.")))

    assert together["line"] > apart["line"]


def test_words_that_shape_a_question_count_little():
    weights = weigh("", found("What is the purpose of routes?").terms)

    assert weights.of["rout"] > 3 * weights.of["purpos"]


def test_cosines_say_the_best_and_how_far_it_stands_out():
    values = dense_features(found(QUESTION, *(hit("x", dense=value) for value in (0.7, 0.8, 0.6))))

    assert dict(zip(DENSE_NAMES, values, strict=True)) == pytest.approx({"cosine": 0.8, "cosine_gap": 0.2})


def test_a_gap_beyond_what_says_something_is_cut():
    assert dense_features(found(QUESTION, hit("x", dense=0.8), hit("x", dense=-0.2)))[1] == 0.3


def test_weights_for_other_features_than_the_code_computes_are_refused(tmp_path):
    (tmp_path / "old.json").write_text(json.dumps({"weights": {"length": 1}, "bias": 0}))

    with pytest.raises(ValueError, match="length"):
        load("old", ("cosine",), tmp_path)


@pytest.mark.parametrize(("value", "probability"), [(0, 0.5), (1e9, 1.0), (-1e9, 0.0)])
def test_a_probability_stays_one_however_large_the_score(value, probability):
    assert Logistic(("one",), (1.0,), 0.0).probability([value]) == pytest.approx(probability)


@pytest.mark.parametrize("name", ["gate-hybrid", "gate-lexical", "confidence"])
def test_weights_say_what_they_were_fitted_on(name):
    assert json.loads((FOLDER / f"{name}.json").read_text())["fitted_on"]

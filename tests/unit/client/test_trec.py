from __future__ import annotations

import math

import pytest
from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as orchestrator
from forebay.retrieval.v1alpha1 import retrieval_pb2 as retrieval

from chassis.errors import InvalidArgument
from forebay_client.commands.searching import scored
from forebay_client.trec import lines, measured, ranked


def files(tmp_path, qrels, run):
    (tmp_path / "qrels").write_text(qrels, encoding="utf-8")
    (tmp_path / "run").write_text(run, encoding="utf-8")
    return tmp_path / "qrels", tmp_path / "run"


def test_a_document_counts_once_with_its_best_chunk():
    assert ranked([("a", 1.0), ("b", 2.0), ("a", 3.0), ("c", 0.5)], 2) == [("a", 3.0), ("b", 2.0)]


def test_documents_that_say_the_same_were_both_found():
    hit = retrieval.Hit(chunk=retrieval.Chunk(document_id="a"), score=1.0)
    hit.duplicates.add(document_id="b", ordinal=3)
    response = orchestrator.SearchResponse(hits=[hit])

    assert list(scored(response)) == [("a", 1.0), ("b", 1.0)]


def test_equal_scores_are_ordered_by_document():
    assert ranked([("b", 1.0), ("a", 1.0)], 2) == [("a", 1.0), ("b", 1.0)]


def test_a_run_has_trecs_six_columns():
    assert lines("q1", [("d1", 0.5), ("d2", 0.25)]) == "q1 Q0 d1 1 0.5 forebay\nq1 Q0 d2 2 0.25 forebay\n"


def test_measures_are_what_a_hand_computes(tmp_path):
    # One relevant document at rank 2 of one query, and a query that found nothing.
    qrels = "query-id\tcorpus-id\tscore\nq1\td2\t1\nq2\td9\t1\n"
    run = "q1 Q0 d1 1 2.0 x\nq1 Q0 d2 2 1.0 x\n"

    values = measured(*files(tmp_path, qrels, run))

    assert values["nDCG@10"] == pytest.approx(1 / math.log2(3) / 2)
    assert values["Recall@100"] == pytest.approx(0.5)
    assert values["MRR@10"] == pytest.approx(0.25)
    assert values["MAP@100"] == pytest.approx(0.25)


def test_trecs_own_judgements_are_read_too(tmp_path):
    assert measured(*files(tmp_path, "q1 0 d1 1\n", "q1 Q0 d1 1 1.0 x\n"))["nDCG@10"] == pytest.approx(1.0)


@pytest.mark.parametrize(("qrels", "run"), [("", "q Q0 d 1 1.0 x\n"), ("q d\n", ""), ("q d 1\n", "q Q0 d one\n")])
def test_a_file_that_is_not_what_it_should_be_is_refused(tmp_path, qrels, run):
    with pytest.raises(InvalidArgument):
        measured(*files(tmp_path, qrels, run))

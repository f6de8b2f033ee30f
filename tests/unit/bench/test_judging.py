from __future__ import annotations

from xml.etree import ElementTree as ET

import ir_measures
import pytest
from ir_measures import nDCG

from bench.judging import calibration_error, gain, panels, reliability
from bench.plot import Even, Linear, Logarithmic, drawn

LATE = [*(f"x{at}" for at in range(9)), "a", "b"]


@pytest.mark.parametrize("order", [["a", "b", "c"], ["c", "x", "a"], ["x", "y", "z"], LATE])
def test_the_gain_of_an_order_is_that_of_trec_eval(order):
    grades = {"a": 2, "b": 1, "c": 1}
    judged = [ir_measures.Qrel("q", document, grade) for document, grade in grades.items()]
    scored = [ir_measures.ScoredDoc("q", document, -rank) for rank, document in enumerate(order)]

    assert gain(order, grades) == pytest.approx(ir_measures.calc_aggregate([nDCG @ 10], judged, scored)[nDCG @ 10])


def test_a_query_without_anything_relevant_gains_nothing():
    assert gain(["a"], {}) == 0.0


def test_probabilities_that_come_true_have_no_error_and_others_have():
    honest = [(0.25, at % 4 == 0) for at in range(400)] + [(0.75, at % 4 != 0) for at in range(400)]
    boasting = [(0.9, at % 2 == 0) for at in range(100)]

    assert calibration_error(reliability(honest, 2)) == pytest.approx(0.0)
    assert calibration_error(reliability(boasting, 5)) == pytest.approx(0.4)


def test_bins_hold_all_and_about_equally_many():
    bins = reliability([(at / 1000, at % 3 == 0) for at in range(1000)], 15)

    assert sum(each.size for each in bins) == 1000
    assert max(each.size for each in bins) - min(each.size for each in bins) <= 1
    assert [each.probability for each in bins] == sorted(each.probability for each in bins)


def test_scales_keep_to_the_panel():
    values = [0.001, 0.2, 0.37]

    assert [Even([0, 10, 20]).share(value) for value in (0, 10, 20)] == [0.0, 0.5, 1.0]
    assert all(0 <= Linear(values).share(value) <= 1 for value in values)
    assert [Logarithmic([1, 10, 100]).share(value) for value in (1, 10, 100)] == pytest.approx([0.0, 0.5, 1.0])


def test_the_picture_has_a_panel_for_each_question():
    bins = reliability([(at / 1000, at % 3 == 0) for at in range(900)])
    seconds = {10: (0.002, 0.004), 50: (0.005, 0.011)}

    drawing = drawn(panels({0: 0.72, 10: 0.73, 50: 0.74}, seconds, bins))
    picture = ET.fromstring(drawing)  # noqa: S314 - it was drawn here

    words = {text.text for text in picture.iter("{http://www.w3.org/2000/svg}text")}
    assert {"nDCG@10", "reranking, ms", "relevant, share", "perfect", "p95"} <= words

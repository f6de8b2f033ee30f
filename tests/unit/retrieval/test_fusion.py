import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.search.fusion import fused, normalised

scores = st.dictionaries(st.integers(0, 20), st.floats(-10, 10), max_size=12)


def test_the_best_of_both_halves_is_first():
    assert fused({"a": 0.9, "b": 0.1}, {"a": 7.0, "b": 2.0}) == {"a": 1.0, "b": 0.0}


def test_what_one_half_did_not_find_counts_as_the_least_of_that_half():
    assert fused({"a": 0.9, "b": 0.1}, {"b": 7.0, "c": 5.0}) == {"a": 0.5, "b": 0.5, "c": 0.0}


def test_one_half_alone_keeps_its_order():
    order = sorted(fused({}, {"a": 3.0, "b": 9.0, "c": 5.0}).items(), key=lambda item: -item[1])

    assert [key for key, _ in order] == ["b", "c", "a"]


def test_equal_scores_are_all_best():
    assert normalised({"a": 2.0, "b": 2.0}) == {"a": 1.0, "b": 1.0}


@given(scores, scores)
def test_a_fused_score_lies_between_0_and_1_for_whatever_either_half_found(dense, lexical):
    total = fused(dense, lexical)

    assert set(total) == set(dense) | set(lexical)
    assert all(-1e-9 <= score <= 1 + 1e-9 for score in total.values())


@given(scores, st.floats(0.1, 10), st.floats(-5, 5))
def test_stretching_or_shifting_a_half_changes_nothing(dense, factor, shift):
    stretched = {key: round(score, 3) * factor + shift for key, score in dense.items()}
    plain = {key: round(score, 3) for key, score in dense.items()}

    assert fused(stretched, {}) == pytest.approx(fused(plain, {}), abs=1e-3)

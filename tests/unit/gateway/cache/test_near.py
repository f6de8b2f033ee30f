"""Questions that mean the same, and those that only look as if they did."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cache.near.matching import alike
from gateway.cache.near.reading import read
from rigs.question_pairs import DIFFERENT, SAME


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_only_looks_the_same_is_another_question(one, other):
    assert not alike(read(one), read(other))
    assert not alike(read(other), read(one))


@pytest.mark.parametrize(("one", "other"), SAME)
def test_another_phrasing_is_the_same_question(one, other):
    assert alike(read(one), read(other))
    assert alike(read(other), read(one))


@given(st.text(max_size=200))
def test_every_text_can_be_read_and_means_the_same_as_itself(text):
    assert alike(read(text), read(f" {text}\n"))


@given(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9))
def test_no_two_numbers_are_the_same_question(one, other):
    assert alike(read(f"Is {one} too much?"), read(f"Is {other} too much?")) == (one == other)

"""What a term is worth in a chunk."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.terms import term_id, terms
from ingestion.corpora.words import Lexical
from ingestion.writing.lexical import NOTHING, bag, weights

RULES = Lexical(analyser="any", k1=1.2, b=0.75, reference_length=128.0)


def test_a_weight_is_the_document_side_of_bm25():
    found = weights(bag("Turbine turbine water"), RULES)

    norm = 1.2 * (1 - 0.75 + 0.75 * 3 / 128)
    assert found == {
        term_id(terms("turbine")[0]): pytest.approx(2 * 2.2 / (2 + norm)),
        term_id(terms("water")[0]): pytest.approx(1 * 2.2 / (1 + norm)),
    }


def test_a_longer_chunk_makes_each_term_worth_less():
    short, long = bag("turbine"), bag("turbine " + " ".join(f"word{number}" for number in range(300)))
    key = term_id(terms("turbine")[0])

    assert weights(short, RULES)[key] > weights(long, RULES)[key]


def test_a_chunk_without_terms_has_an_entry_that_no_query_holds():
    assert weights(bag("the of and"), RULES) == NOTHING
    assert all(key >= 2**31 for key in NOTHING)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=200))
def test_counting_word_by_word_is_counting_the_text(text):
    found = bag(text)

    assert found.length == len(terms(text))
    assert set(found.counts) == {term_id(term) for term in terms(text)}
    assert sum(found.counts.values()) == found.length

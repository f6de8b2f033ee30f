import math

import pytest

from chassis.terms import term_id, terms
from retrieval.search.weighting import counted, idf, query_vector, weighted


def test_a_rare_word_is_worth_more():
    assert idf(1, 100) > idf(50, 100) > idf(100, 100) > 0


def test_the_worth_of_a_word_is_that_of_bm25():
    assert idf(3, 10) == pytest.approx(math.log(1 + (10 - 3 + 0.5) / (3 + 0.5)))


def test_counts_that_ran_ahead_of_the_corpus_do_no_harm():
    assert idf(7, 5) > 0


def test_terms_keep_the_order_of_the_query_and_come_once():
    found = counted(terms("queues of queues in Triton"))

    assert [(term.text, term.count) for term in found] == [("queue", 2), ("triton", 1)]


def test_a_word_that_no_chunk_holds_is_left_out_of_the_search_and_named_with_the_highest_worth():
    found = counted(["known", "unknown"])
    frequencies = {term_id("known"): 2}

    assert query_vector(found, frequencies, 10) == {term_id("known"): idf(2, 10)}
    assert [term.idf for term in weighted(found, frequencies, 10)] == [idf(2, 10), idf(0, 10)]


def test_a_word_said_twice_counts_twice():
    found = counted(["queue", "queue"])

    assert query_vector(found, {term_id("queue"): 2}, 10) == {term_id("queue"): 2 * idf(2, 10)}

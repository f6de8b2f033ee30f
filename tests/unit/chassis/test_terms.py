from __future__ import annotations

import subprocess
import sys
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.terms import ANALYSER, term_id, terms
from chassis.terms.stop_words import STOP_WORDS


def test_words_become_stems_and_stop_words_go():
    assert terms("The turbines were turning quickly") == ["turbin", "turn", "quick"]


def test_repeats_stay_for_they_are_counted():
    assert terms("gate gates gated") == ["gate", "gate", "gate"]


def test_a_question_keeps_what_is_asked_about():
    assert terms("What is the maximum queue size?") == ["maximum", "queue", "size"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("max_queue_size", ["max_queue_s", "max", "queue", "size"]),
        ("--dry-run", ["dry-run", "dri", "run"]),
        ("grpc.aio", ["grpc.aio", "grpc", "aio"]),
        ("v1alpha1", ["v1alpha1"]),
        ("maxQueueSize", ["maxqueues", "max", "queue", "size"]),
        ("3.11.4", ["3.11.4"]),
        ("0.05", ["0.05"]),
        ("Alzheimer's", ["alzheim"]),
        ("Alzheimer\u2019s", ["alzheim"]),
        ("don't", []),
        ("mRNA", ["mrna"]),
        ("IL-6", ["il-6", "il", "6"]),
        ("read/write", ["read", "write"]),
    ],
)
def test_identifiers_stay_whole_and_give_their_parts(text, expected):
    assert terms(text) == expected


@pytest.mark.parametrize(("one", "other"), [("ﬁle", "file"), ("STRASSE", "straße"), ("Ｑueue", "queue"), ("é", "é")])
def test_the_same_word_written_otherwise_is_the_same_term(one, other):
    assert terms(one) == terms(other)


def test_a_flag_is_found_with_and_without_its_dashes():
    assert terms("--flag") == terms("flag")


def test_hashes_and_encoded_data_are_no_terms():
    assert terms("x" * 65) == []
    assert terms("") == terms(" \n\t…") == []


def test_numbers_of_terms_are_for_ever():
    assert (term_id("turbin"), term_id("queue")) == (68381219, 2147319651)


def test_numbers_agree_between_processes():
    program = "from chassis.terms import term_id; print(term_id('turbin'))"
    other = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)

    assert int(other.stdout) == term_id("turbin")


def test_common_words_do_not_share_numbers():
    words = {f"{first}{second}" for first in STOP_WORDS for second in ("", "s", "ing", "er")}

    assert len({term_id(word) for word in words}) == len(words)


@given(st.text(max_size=300))
def test_any_text_has_terms_that_fit_a_sparse_vector(text):
    found = terms(text)

    assert all(0 <= term_id(term) < 2**31 for term in found)
    assert terms(text.swapcase()) is not None


def test_threads_do_not_disturb_each_other():
    text = "organisations running generations of turbines " * 50
    expected, results = terms(text), []

    def work():
        results.extend(terms(text) == expected for _ in range(20))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(results) == 80
    assert all(results)


def test_the_rules_have_a_name():
    assert ANALYSER == "english-snowball-1"

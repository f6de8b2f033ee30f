from __future__ import annotations

import gc
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.sentences import sentences

CASES = [
    ("One. Two! Three?", ["One.", "Two!", "Three?"]),
    ("It costs 3.14 euros. Next.", ["It costs 3.14 euros.", "Next."]),
    ("Use v1.2.3 or later. It is faster.", ["Use v1.2.3 or later.", "It is faster."]),
    ("See https://example.org/a.b?c=d. Then stop.", ["See https://example.org/a.b?c=d.", "Then stop."]),
    ("Set it, e.g. Redis, first. Go.", ["Set it, e.g. Redis, first.", "Go."]),
    ("Stores (Redis, i.e. Memory, etc.) work. Fine.", ["Stores (Redis, i.e. Memory, etc.) work.", "Fine."]),
    ("Dr. Smith met Mr. J. Doe. They spoke.", ["Dr. Smith met Mr. J. Doe.", "They spoke."]),
    ("He lives in the U.S. The rest do not.", ["He lives in the U.S.", "The rest do not."]),
    ("The U.S. Army came.", ["The U.S. Army came."]),
    ("See Fig. 3 for this. Yes.", ["See Fig. 3 for this.", "Yes."]),
    ("Logs, metrics, etc. The rest follows.", ["Logs, metrics, etc.", "The rest follows."]),
    ('He said "Stop." Then he left.', ['He said "Stop."', "Then he left."]),
    ("Wait... what? Yes.", ["Wait... what?", "Yes."]),
    ("Run `a. B` now. Done.", ["Run `a. B` now.", "Done."]),
    ("The file config.yaml holds it. Edit it.", ["The file config.yaml holds it.", "Edit it."]),
    ("これは文です。次の文です。終わり", ["これは文です。", "次の文です。", "終わり"]),
    ("Title without mark\n\nA body.", ["Title without mark", "A body."]),
    ("Choose:\n- one\n- two\n1. three", ["Choose:", "- one", "- two", "1. three"]),
    ("1. First step. Second part.", ["1. First step.", "Second part."]),
    ("a line\nthat wraps. Next", ["a line\nthat wraps.", "Next"]),
    ("The U.K. and plan B. It works.", ["The U.K. and plan B.", "It works."]),
    ("", []),
    (" \n\t ", []),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_sentences_end_where_a_reader_ends_them(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == expected


@given(st.text(alphabet=st.sampled_from(list("aB1.!? \n`\"')-*。é"))) | st.text())
def test_spans_are_ordered_and_hold_everything_but_white_space(text: str) -> None:
    spans = sentences(text)
    covered = "".join(text[start:end] for start, end in spans)

    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert "".join(covered.split()) == "".join(text.split())


@pytest.mark.parametrize("unit", ["a. ", "`", "A.", "\n- x", ". ", "e.g. ", "((((", '."', "x"])
def test_time_grows_with_the_text_and_no_faster(unit: str) -> None:
    def seconds(size: int) -> float:
        text = unit * (size // len(unit))
        before = time.process_time()
        sentences(text)
        return time.process_time() - before

    gc.disable()  # it walks what all the other tests left behind, now and then
    try:
        assert seconds(200_000) < 50 * max(seconds(20_000), 0.001)
    finally:
        gc.enable()

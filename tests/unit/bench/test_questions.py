from __future__ import annotations

import json

import pytest

from rigs.stack import ROOT

FITTED = ROOT / "bench" / "fitting" / "questions"
TESTED = ROOT / "tests" / "quality" / "answers"


def rows(folder):
    paths = sorted(folder.glob("*.jsonl"))
    return [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines()]


def asked(folder):
    return {" ".join(row["question"].lower().split()) for row in rows(folder)}


def test_no_figure_is_taken_on_questions_that_were_fitted_on():
    assert not asked(FITTED) & (asked(FITTED / "unseen") | asked(TESTED))
    assert not asked(FITTED / "unseen") & asked(TESTED)


@pytest.mark.parametrize("folder", [FITTED, FITTED / "unseen"])
def test_every_question_stands_once_and_names_its_corpus(folder):
    assert len(asked(folder)) == len(rows(folder))
    assert {row["corpus"] for row in rows(folder)} == {"triton", "kserve", "feast", "opentelemetry"}

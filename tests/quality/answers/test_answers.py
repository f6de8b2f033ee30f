"""Answers over our own documentation: how many are right, how many wrong, how many refused.

The questions were written by hand from the pages, and nothing is tuned on them; docs/answers.md has the figures.
"""

from __future__ import annotations

import random

import pytest

from forebay_client import Client
from quality.answers.asking import SEED, judged, questions, shares
from rigs.stack import ROOT

pytestmark = pytest.mark.xdist_group("stack")

REFUSED_AT_LEAST = 0.9


@pytest.fixture
def client(docs):
    with Client(docs.address("gateway"), docs.key) as client:
        yield client


def told(results):
    for result in results:
        print(
            f"{result.verdict:8} {result.confidence:.2f}  {result.question}  ->  {' '.join(result.text.split())[:160]}"
        )
    print({verdict: round(share, 3) for verdict, share in shares(results).items()}, "of", len(results))
    return shares(results)


def page_of(name):
    path = ROOT / "docs" / name
    files = sorted(path.glob("*.md")) if path.is_dir() else [path]
    return " ".join(" ".join(file.read_text(encoding="utf-8") for file in files).split()).lower()


def test_there_are_100_questions_with_facts_and_30_without():
    answerable, unanswerable = questions("answerable"), questions("unanswerable")

    assert (len(answerable), len(unanswerable)) == (100, 30)
    assert len({each["question"] for each in answerable + unanswerable}) == 130


def test_every_fact_stands_in_its_page():
    lost = [
        each["question"]
        for each in questions("answerable")
        if not any(fact.lower() in page_of(each["page"]) for fact in each["facts"])
    ]

    assert lost == []


def test_questions_that_the_documents_cannot_answer_are_refused(client):
    assert told(judged(client, questions("unanswerable"), "docs"))["refused"] >= REFUSED_AT_LEAST


def test_a_few_questions_that_they_can_answer_are(client):
    few = random.Random(SEED).sample(questions("answerable"), 8)

    assert told(judged(client, few, "docs"))["right"] >= 0.5


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_hundred_questions_that_they_can_answer(client):
    result = told(judged(client, questions("answerable"), "docs"))

    assert result["right"] >= 0.6
    assert result["wrong"] <= 0.25

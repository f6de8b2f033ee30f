"""Search on small data of our own: questions about these pages find the page that answers them."""

from __future__ import annotations

import json

import pytest

from quality.answers.asking import questions
from rigs.stack import ROOT

pytestmark = pytest.mark.xdist_group("stack")

MODES = ("dense", "lexical", "hybrid")


@pytest.fixture(scope="module")
def figures(docs, tmp_path_factory):
    """nDCG@10, Recall@100, MRR@10 and MAP@100 of each mode, by the commands that a user has."""
    folder = tmp_path_factory.mktemp("pages")
    asked = [(str(number), each) for number, each in enumerate(questions("answerable"))]
    lines = [json.dumps({"_id": id_, "text": each["question"]}) for id_, each in asked]
    (folder / "queries.jsonl").write_text("\n".join(lines), encoding="utf-8")
    rows = [f"{id_} 0 {page} 1" for id_, each in asked for page in pages(each["page"])]
    (folder / "qrels").write_text("\n".join(rows), encoding="utf-8")
    found = {}
    for mode in MODES:
        run = str(folder / f"{mode}.run")
        search = ("search", "--queries", str(folder / "queries.jsonl"), "--corpus", "docs", "--mode", mode)
        docs.run(*search, "--top-k", "100", "--run", run)
        found[mode] = docs.json("eval", "--qrels", str(folder / "qrels"), "--run", run)
        print(mode, {measure: round(value, 4) for measure, value in found[mode].items()})
    return found


def pages(page):
    """A page, or all pages of a folder."""
    path = ROOT / "docs" / page
    return [f"{page}/{file.name}" for file in sorted(path.glob("*.md"))] if path.is_dir() else [page]


@pytest.mark.parametrize(("mode", "least"), [("dense", 0.6), ("lexical", 0.6), ("hybrid", 0.7)])
def test_a_question_finds_its_page(figures, mode, least):
    assert figures[mode]["MRR@10"] >= least


def test_both_halves_together_find_more_than_each_alone(figures):
    assert figures["hybrid"]["MRR@10"] >= max(figures["dense"]["MRR@10"], figures["lexical"]["MRR@10"])

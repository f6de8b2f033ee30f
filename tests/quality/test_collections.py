"""Search on public collections, through the whole running stack, beside the published figures.

The bands are those of the published evaluation of all-MiniLM-L6-v2 (MTEB) and of BM25 (bm25s): one chunk a document,
title and text, test queries. Nothing here is tuned on these queries.
"""

from __future__ import annotations

import json
import random
from statistics import fmean

import ir_measures
import pytest
from ir_measures import nDCG

from forebay_client.trec import qrels_of

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stack"), pytest.mark.timeout(1800)]

PUBLISHED = {
    "scifact": {
        "dense": {"nDCG@10": 0.6451, "Recall@100": 0.925},
        "lexical": {"nDCG@10": 0.6874, "Recall@100": 0.9127},
    },
    "legalsum": {"dense": {"nDCG@10": 0.590, "Recall@100": 0.956}, "lexical": {"nDCG@10": 0.610, "Recall@100": 0.896}},
}
LEXICAL_TOLERANCE = {"scifact": 0.0124, "legalsum": 0.025}
"""Other stems, stop words and length norm than the published BM25; one setting for all collections."""
MODES = {
    "dense": ("--mode", "dense"),
    "lexical": ("--mode", "lexical"),
    "hybrid": ("--mode", "hybrid", "--no-rerank"),
    "reranked": ("--mode", "hybrid", "--rerank"),
}
RERANKED_AT_LEAST = {"scifact": 0.735, "legalsum": 0.64}
RESAMPLES = 2000
FOLDERS = {"scifact": "scifact", "legalsum": "legalsum/beir"}


def judged(folder, path):
    """Write the queries that the test judgements speak of; the others would only take time."""
    wanted = {line.split("\t")[0] for line in (folder / "qrels" / "test.tsv").read_text(encoding="utf-8").splitlines()}
    lines = (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if json.loads(line)["_id"] in wanted), encoding="utf-8")
    return path


@pytest.fixture(scope="module", params=list(PUBLISHED))
def measured(request, stack, data, tmp_path_factory):
    """Ingest a collection, search with all its queries in each mode, print the figures beside the published ones."""
    name = request.param
    folder = data / FOLDERS[name]
    stack.run("ingest", str(folder / "corpus.jsonl"), "--corpus", name, "--whole-documents")
    scratch = tmp_path_factory.mktemp(name)
    queries = judged(folder, scratch / "queries.jsonl")
    figures = {}
    for mode, options in MODES.items():
        run = scratch / f"{mode}.run"
        search = (
            "search",
            "--queries",
            str(queries),
            "--corpus",
            name,
            *options,
            "--top-k",
            "100",
        )
        assert stack.json(*search, "--run", str(run))["degraded"] == 0
        figures[mode] = stack.json("eval", "--qrels", str(folder / "qrels" / "test.tsv"), "--run", str(run))
        for measure, value in figures[mode].items():
            published = PUBLISHED[name].get(mode, {}).get(measure)
            print(
                f"{name:9} {mode:8} {measure:11} {value:.4f}", "" if published is None else f"published {published:.4f}"
            )
    print(name, "reranked, over the better half:", paired(folder, scratch, figures))
    return name, figures


def paired(folder, scratch, figures):
    """Return the mean gain in nDCG@10 over the better half with its 95 % interval, resampling queries."""
    better = max(("dense", "lexical"), key=lambda mode: figures[mode]["nDCG@10"])
    qrels = folder / "qrels" / "test.tsv"
    ours, theirs = (each_query(qrels, scratch / f"{mode}.run") for mode in ("reranked", better))
    gains = [ours.get(query, 0.0) - theirs.get(query, 0.0) for query in sorted(ours.keys() | theirs.keys())]
    drawn = random.Random(7)
    means = sorted(fmean(drawn.choices(gains, k=len(gains))) for _ in range(RESAMPLES))
    return {"mean": fmean(gains), "low": means[RESAMPLES // 40], "high": means[-RESAMPLES // 40]}


def each_query(qrels, run):
    judged = [ir_measures.Qrel(*row) for row in qrels_of(qrels)]
    scored = ir_measures.read_trec_run(str(run))
    return {metric.query_id: metric.value for metric in ir_measures.iter_calc([nDCG @ 10], judged, scored)}


def test_dense_search_is_as_good_as_published(measured):
    name, figures = measured

    tolerance = {"scifact": 0.010, "legalsum": 0.015}[name]
    assert figures["dense"]["nDCG@10"] == pytest.approx(PUBLISHED[name]["dense"]["nDCG@10"], abs=tolerance)
    assert figures["dense"]["Recall@100"] == pytest.approx(PUBLISHED[name]["dense"]["Recall@100"], abs=tolerance)


def test_lexical_search_is_as_good_as_published(measured):
    name, figures = measured

    assert figures["lexical"]["nDCG@10"] >= PUBLISHED[name]["lexical"]["nDCG@10"] - LEXICAL_TOLERANCE[name]


def test_hybrid_search_is_better_than_both_its_halves(measured):
    _, figures = measured

    assert figures["hybrid"]["nDCG@10"] > max(figures["dense"]["nDCG@10"], figures["lexical"]["nDCG@10"])


def test_reranked_search_is_as_good_as_promised(measured):
    name, figures = measured

    assert figures["reranked"]["nDCG@10"] >= RERANKED_AT_LEAST[name]
    assert figures["reranked"]["Recall@100"] == pytest.approx(figures["hybrid"]["Recall@100"], abs=1e-9)

"""What the reranker gives and costs: `python -m bench.reranking --data FOLDER`.

Needs a running stack whose corpus holds the collection in whole documents, and judged queries in BEIR's form. Each
query is searched once, without the reranker; of its candidates 0, 10, 20, 50 and 100 are then reranked. Besides, whole
searches with and without the reranker are timed in turns.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from bench.fitting.siblings import siblings
from bench.judging import Bin, calibration_error, gain, panels, reliability
from bench.plot import drawn
from bench.report import saved
from bench.statistics import percentile
from forebay_client.beir import queries
from forebay_client.trec import qrels_of
from orchestrator.pool import FeatureRanker
from orchestrator.reranking import relevance
from orchestrator.reranking.reranker import Reranker, RerankLimits
from orchestrator.search.searcher import Searcher
from orchestrator.search.words import Found, Query
from orchestrator.settings import OrchestratorSettings

DEPTHS = (0, 10, 20, 50, 100)
DEPTH, USUAL, TOP, WARMUP = 100, 50, 10, 10
PLOT = Path(__file__).parents[1] / "docs" / "performance" / "reranking.svg"


@dataclass
class Steps:
    """Notes what reranking took."""

    seconds: list[float] = field(default_factory=list)

    def reranked(self, seconds: float, outcome: str) -> None:
        """Note one attempt; one that failed is no measurement."""
        if outcome != "OK":
            raise RuntimeError(f"a query was not reranked: {outcome}")
        self.seconds.append(seconds)


@dataclass(frozen=True)
class Kept:
    """Finds what was found before."""

    found: Found

    async def search(self, query: Query) -> Found:
        """Return as many of it as are asked for."""
        return replace(self.found, hits=self.found.hits[: query.top_k])


@dataclass
class Figures:
    """What came out."""

    gains: dict[int, list[float]] = field(default_factory=dict)
    steps: dict[int, Steps] = field(default_factory=dict)
    pairs: list[tuple[float, bool]] = field(default_factory=list)
    searches: dict[bool, list[float]] = field(default_factory=lambda: {False: [], True: []})

    def tell(self, collection: str, plot: Path) -> None:
        """Print a table; write JSON and the picture."""
        bins = reliability(self.pairs)
        quality = {depth: sum(gains) / len(gains) for depth, gains in self.gains.items()}
        seconds = {depth: _times(steps.seconds) for depth, steps in self.steps.items()}
        without, with_it = _times(self.searches[False]), _times(self.searches[True])
        table = Table("candidates", "nDCG@10", "p50 ms", "p95 ms", title=f"reranking, {collection}")
        for depth, value in quality.items():
            times = [f"{one * 1000:.1f}" for one in seconds[depth]] if depth else ["", ""]
            table.add_row(str(depth), f"{value:.4f}", *times)
        console = Console()
        console.print(table)
        added = [(with_it[at] - without[at]) * 1000 for at in (0, 1)]
        console.print(f"a whole search, {USUAL} candidates: {added[0]:+.1f} ms p50, {added[1]:+.1f} ms p95")
        error = calibration_error(bins)
        console.print(f"relevance: ECE {error:.4f} over {len(self.pairs)} candidates")
        content = {"collection": collection, "ndcg": quality, "seconds": seconds, "added_ms": added, "ece": error}
        saved("reranking", {**content, "bins": [_row(one) for one in bins]})
        plot.write_text(drawn(panels(quality, {d: t for d, t in seconds.items() if d}, bins)), encoding="utf-8")


async def measured(corpus: str, wanted: Sequence[tuple[str, dict[str, int]]]) -> Figures:
    """Measure with these queries and their judgements."""
    dice = random.Random(0)
    figures = Figures({depth: [] for depth in DEPTHS}, {depth: Steps() for depth in DEPTHS})
    async with siblings() as (embedding, retrieval, pool):
        searcher, ranker = Searcher(embedding, retrieval, OrchestratorSettings().search()), FeatureRanker(pool)
        whole = Reranker(searcher, ranker, relevance.fitted(), Steps(), RerankLimits(candidates=USUAL, patience=5.0))
        for text, _ in wanted[:WARMUP]:
            await whole.search(Query(corpus=corpus, text=text, top_k=TOP))
        for text, grades in wanted:
            query = Query(corpus=corpus, text=text, top_k=DEPTH)
            await _judged(await searcher.search(query), query, grades, ranker, figures)
            for reranked in dice.sample((False, True), 2):
                began = time.perf_counter()
                await whole.search(replace(query, top_k=TOP, rerank=reranked))
                figures.searches[reranked].append(time.perf_counter() - began)
    return figures


async def _judged(found: Found, query: Query, grades: dict[str, int], ranker: FeatureRanker, figures: Figures) -> None:
    for depth in DEPTHS:
        limits = RerankLimits(candidates=depth, patience=5.0)
        reranker = Reranker(Kept(found), ranker, relevance.fitted(), figures.steps[depth], limits)
        hits = (await reranker.search(query)).hits
        figures.gains[depth].append(gain([hit.chunk.document_id for hit in hits], grades))
        if depth == USUAL:
            judged = [(hit.relevance, grades.get(hit.chunk.document_id, 0) > 0) for hit in hits]
            figures.pairs += [(probability, relevant) for probability, relevant in judged if probability is not None]


def _times(seconds: Sequence[float]) -> tuple[float, float]:
    return (percentile(seconds, 0.5), percentile(seconds, 0.95)) if seconds else (0.0, 0.0)


def _row(one: Bin) -> dict[str, Any]:
    return {"size": one.size, "probability": one.probability, "relevant": one.relevant}


def main(  # noqa: PLR0913 - options of a command
    *,
    data: Annotated[Path, typer.Option(help="Where collections in BEIR's form are.")],
    collection: str = "scifact",
    split: str = "test",
    corpus: Annotated[str, typer.Option(help="The corpus that holds it; the collection's name by default.")] = "",
    most: Annotated[int, typer.Option(help="The most queries.")] = 300,
    plot: Annotated[Path, typer.Option(help="Where the picture goes.")] = PLOT,
) -> None:
    """Measure the reranker of the running stack."""
    folder, grades = data / collection, dict[str, dict[str, int]]()
    for query, document, grade in qrels_of(folder / "qrels" / f"{split}.tsv"):
        grades.setdefault(query, {})[document] = grade
    wanted = [(text, grades[key]) for key, text in queries(folder / "queries.jsonl") if key in grades][:most]
    asyncio.run(measured(corpus or collection, wanted)).tell(f"{collection} {split}", plot)


if __name__ == "__main__":
    typer.run(main)

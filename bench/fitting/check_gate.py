"""Tries the gate on a collection it was not fitted on: `python -m bench.fitting.check_gate FOLDER CORPUS`.

FOLDER is a BEIR collection that lies in CORPUS of the running stack, one chunk a document. Each query is judged twice:
by what is found, and by what would be found if the documents that are relevant to it were not there. The gate should
open for the former, when a relevant document is among the sources, and stay shut for the latter.
"""

from __future__ import annotations

import asyncio
import sys
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from bench.fitting.collect import DEPTH
from bench.fitting.gating import SOURCES, probability
from bench.fitting.regression import area
from bench.fitting.rows import rows_of
from bench.fitting.siblings import siblings
from orchestrator.__main__ import searching
from orchestrator.search.words import Found, Query
from orchestrator.settings import OrchestratorSettings


async def main() -> None:
    """Print how often the gate opens, and how well its probability tells the two apart."""
    folder, corpus = Path(sys.argv[1]), sys.argv[2]
    relevant = _relevant(folder / "qrels" / "test.tsv")
    texts = {row["_id"]: row["text"] for row in rows_of(folder / "queries.jsonl") if row["_id"] in relevant}
    settings = OrchestratorSettings()
    probabilities: dict[str, list[float]] = defaultdict(list)
    async with siblings() as (embedding, retrieval, models):
        searcher = searching(settings, embedding, retrieval, models)
        for number, text in texts.items():
            found = await searcher.search(Query(corpus=corpus, text=text, top_k=DEPTH + len(relevant[number])))
            for kind, shown in _both(found, relevant[number]).items():
                probabilities[kind].append(probability(text, shown))
    for kind, values in probabilities.items():
        opened = np.mean([value >= settings.gate_threshold for value in values])
        print(f"{kind}: {len(values)} queries, opened for {opened:.1%}")
    there, gone = probabilities["relevant among the sources"], probabilities["relevant taken away"]
    labels = np.repeat([1.0, 0.0], [len(there), len(gone)])
    print(f"area under the curve: {area(labels, np.array([*there, *gone])):.3f}")


def _both(found: Found, relevant: Collection[str]) -> Mapping[str, Found]:
    """Return what is found with and without the relevant documents."""
    with_it = found.hits[:DEPTH]
    without = tuple(hit for hit in found.hits if hit.chunk.document_id not in relevant)[:DEPTH]
    read = any(hit.chunk.document_id in relevant for hit in with_it[:SOURCES])
    kind = "relevant among the sources" if read else "relevant not among the sources"
    return {kind: replace(found, hits=with_it), "relevant taken away": replace(found, hits=without)}


def _relevant(qrels: Path) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for line in qrels.read_text(encoding="utf-8").splitlines()[1:]:
        query, document, score = line.split("\t")
        if int(score) > 0:
            found[query].add(document)
    return found


if __name__ == "__main__":
    asyncio.run(main())

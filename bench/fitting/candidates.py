"""Keeps the candidates of judged queries: `python -m bench.fitting.candidates BEIR-FOLDER CORPUS SPLIT > ROWS.jsonl`.

Needs a running stack (`FOREBAY_HOME`) whose corpus holds the collection. A row is a query, what a hybrid search found
for it before anything was reranked, and which documents are relevant.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path

from bench.fitting.siblings import siblings
from forebay_client.beir import queries
from forebay_client.trec import qrels_of
from orchestrator.search.searcher import Searcher
from orchestrator.search.words import Query
from orchestrator.settings import OrchestratorSettings

DEPTH = 100
AT_ONCE = 4


async def main(folder: Path, corpus: str, split: str) -> None:
    """Print a row for each judged query."""
    judged: dict[str, dict[str, int]] = defaultdict(dict)
    for query, document, grade in qrels_of(folder / "qrels" / f"{split}.tsv"):
        judged[query][document] = grade
    gate = asyncio.Semaphore(AT_ONCE)
    async with siblings() as (embedding, retrieval, _):
        searcher = Searcher(embedding, retrieval, OrchestratorSettings().search())

        async def row(identifier: str, text: str) -> None:
            async with gate:
                found = await searcher.search(Query(corpus=corpus, text=text, top_k=DEPTH))
            print(json.dumps({"query": text, "found": asdict(found), "relevant": judged[identifier]}), flush=True)

        wanted = [(identifier, text) for identifier, text in queries(folder / "queries.jsonl") if identifier in judged]
        await asyncio.gather(*(row(identifier, text) for identifier, text in wanted))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))

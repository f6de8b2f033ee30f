"""Keeps what the orchestrator saw: `python -m bench.fitting.collect QUESTIONS.jsonl… > ROWS.jsonl`.

Needs a running stack (`FOREBAY_HOME`) with the documentation of four projects in corpora named after them. The
orchestrator is put together in this process over the stack's own services, so that what it saw can be kept. Every
question is searched for in every corpus, and answered in its own.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.fitting.recording import Recorder, recorded
from bench.fitting.rows import rows_of
from bench.fitting.siblings import siblings
from orchestrator.answer.words import Ask
from orchestrator.search.words import Query

CORPORA = ("triton", "kserve", "feast", "opentelemetry")
DEPTH = 12


async def main() -> None:
    """Collect a row for each question and corpus."""
    questions = [row for path in sys.argv[1:] for row in rows_of(Path(path))]
    async with _recorder() as recorder:
        for question in questions:
            for corpus in CORPORA:
                print(json.dumps(await _row(recorder, question, corpus)), flush=True)


@asynccontextmanager
async def _recorder() -> AsyncIterator[Recorder]:
    async with siblings() as (embedding, retrieval, models):
        yield recorded(embedding, retrieval, models)


async def _row(recorder: Recorder, question: dict[str, Any], corpus: str) -> dict[str, Any]:
    facts = question.get("facts", [])
    at_home = question["corpus"] == corpus
    kind = "foreign" if not at_home else "answerable" if facts else "unanswerable"
    query = Query(corpus=corpus, text=question["question"], top_k=DEPTH)
    row = {"corpus": corpus, "question": question["question"], "kind": kind, "answered": at_home and bool(facts)}
    row |= {"facts": facts, "found": asdict(await recorder.searcher.search(query))}
    if at_home and facts:
        row |= await _answer(recorder, question["question"], corpus)
        row["right"] = _holds(row["text"], facts)
    return row


async def _answer(recorder: Recorder, question: str, corpus: str) -> dict[str, Any]:
    ask = Ask(corpus=corpus, question=question, max_sources=4, max_output_tokens=192, temperature=0, seed=7)
    text = "".join([event.text async for event in recorder.answerer.answer(ask) if hasattr(event, "text")])
    return {"text": text, "confidence": recorder.features[-1]}


def _holds(text: str, facts: Iterable[str]) -> bool:
    return any(fact.lower() in text.lower() for fact in facts)


if __name__ == "__main__":
    asyncio.run(main())

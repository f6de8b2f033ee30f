"""Asks a running stack questions whose answers are known, and judges what comes back.

An answer is *right* when it holds one of the facts that were written down for its question, *refused* when it says that
the documents do not hold it, and *wrong* otherwise.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as pb

from forebay_client import Client

FOLDER = Path(__file__).parent
SEED = 7


@dataclass(frozen=True, slots=True)
class Judged:
    """A question and what became of it."""

    question: str
    verdict: str
    text: str
    confidence: float


def questions(name: str) -> list[dict[str, Any]]:
    """Return the questions of a file."""
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def judged(client: Client, asked: list[dict[str, Any]], corpus: str) -> list[Judged]:
    """Ask one question after the other."""
    return [_judged(client, each["question"], each.get("facts", []), corpus) for each in asked]


def shares(results: list[Judged]) -> dict[str, float]:
    """Return which part was right, wrong and refused."""
    counts = Counter(result.verdict for result in results)
    return {verdict: counts[verdict] / len(results) for verdict in ("right", "wrong", "refused")}


def _judged(client: Client, question: str, facts: list[str], corpus: str) -> Judged:
    ask = pb.AnswerRequest(corpus=corpus, question=question, temperature=0, seed=SEED)
    text, closing = "", pb.Closing()
    for event in client.answer(ask):
        if isinstance(event, pb.Text):
            text += event.text
        elif isinstance(event, pb.Closing):
            closing = event
    assert not closing.degraded, f"{list(closing.degraded)} was given up: these are not the answers to judge"
    if closing.finish_reason == pb.FINISH_REASON_NO_ANSWER:
        verdict = "refused"
    else:
        verdict = "right" if any(fact.lower() in text.lower() for fact in facts) else "wrong"
    return Judged(question, verdict, text, closing.confidence)

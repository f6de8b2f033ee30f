"""A ranker that a test commands, and meters that keep what they are told."""

from __future__ import annotations

import asyncio

from orchestrator.reranking.features import Rows
from orchestrator.reranking.reranker import Ranking
from orchestrator.search.words import Model

MODEL = Model("reranker", "ranker", "1")


class FakeRanker:
    """Gives the scores it was given, or counts down from the last candidate: the last is the best."""

    def __init__(self, *scores: float) -> None:
        self.scores = scores
        self.failure: Exception | None = None
        self.hangs = False
        self.asked: list[Rows] = []

    async def rank(self, rows: Rows) -> Ranking:
        self.asked.append(rows)
        if self.hangs:
            await asyncio.Event().wait()
        if self.failure is not None:
            raise self.failure
        return Ranking(self.scores or [float(at) for at in range(len(rows))], MODEL)


class KeptMeters:
    """Keeps outcomes."""

    def __init__(self) -> None:
        self.outcomes: list[str] = []

    def reranked(self, seconds: float, outcome: str) -> None:
        assert seconds >= 0
        self.outcomes.append(outcome)

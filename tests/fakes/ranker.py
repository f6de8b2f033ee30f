"""A ranker that a test commands, and meters that keep what they are told."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from orchestrator.reranking.features import features
from orchestrator.reranking.reranker import Ranking
from orchestrator.search.words import Hit, Model, Query, Term

MODEL = Model("reranker", "ranker", "1")


class FakeRanker:
    """Gives the scores it was given, or counts down from the last candidate: the last is the best."""

    def __init__(self, *scores: float) -> None:
        self.scores = scores
        self.failure: Exception | None = None
        self.hangs = False
        self.asked: list[Sequence[Hit]] = []

    async def rank(self, query: Query, hits: Sequence[Hit], asked: Sequence[Term]) -> Ranking:
        self.asked.append(hits)
        if self.hangs:
            await asyncio.Event().wait()
        if self.failure is not None:
            raise self.failure
        return Ranking(self.scores or [float(at) for at in range(len(hits))], MODEL, features(query, hits, asked))


class KeptMeters:
    """Keeps outcomes."""

    def __init__(self) -> None:
        self.outcomes: list[str] = []

    def reranked(self, seconds: float, outcome: str) -> None:
        assert seconds >= 0
        self.outcomes.append(outcome)

"""The ranker over features: a row of numbers a candidate in, a score out."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import numpy as np

from orchestrator.reranking.features import features
from orchestrator.reranking.reranker import RERANKER, Ranking
from orchestrator.search.spending import Spent, Step, note
from orchestrator.search.words import Hit, Model, Query, Term
from pool.models import Models


class FeatureRanker:
    """Scores candidates by what is known of them."""

    def __init__(self, models: Models) -> None:
        self._models = models

    async def rank(self, query: Query, hits: Sequence[Hit], asked: Sequence[Term]) -> Ranking:
        """Return a score for each candidate."""
        rows = await asyncio.to_thread(features, query, hits, asked)
        answer = await self._models.infer(RERANKER, {"features": np.array(rows, dtype=np.float32)}, ("score",))
        model = Model(RERANKER, answer.model, answer.version)
        note(Spent(step=Step.RERANK, model=model, inferences=len(rows)))
        return Ranking(answer.outputs["score"].ravel().tolist(), model, rows)

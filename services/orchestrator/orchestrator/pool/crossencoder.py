"""The cross-encoder: question and candidate are read together, as one row of tokens; a score out.

Its tensors are those of the usual exports of BERT to ONNX, so that such a file is served as it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

import numpy as np

from chassis.errors import Internal
from orchestrator.reranking.pairs import Row, Tokeniser, batches, passage, width
from orchestrator.reranking.reranker import Ranking
from orchestrator.search.spending import Spent, Step, note
from orchestrator.search.words import Hit, Model, Query, Term
from pool.models import Models, Placement
from pool.tensors import Array

ROLE: Final = "cross-encoder"
_OUTPUT: Final = "logits"


class CrossEncoder:
    """Scores candidates by reading them."""

    def __init__(self, models: Models, tokeniser: Tokeniser, rows: int) -> None:
        self._models = models
        self._tokeniser = tokeniser
        self._rows = rows

    async def rank(self, query: Query, hits: Sequence[Hit], _asked: Sequence[Term]) -> Ranking:
        """Return a score for each candidate.

        One target scores them all, since scores of two models cannot be compared: no other tier steps in half way.
        """
        place = self._models.place(ROLE)
        passages = [passage(hit.chunk) for hit in hits]
        pairs = await asyncio.to_thread(self._tokeniser.rows, query.text, passages)
        scores = np.zeros(len(pairs))
        model = Model(ROLE, "", "")
        for batch in batches(pairs, self._rows):
            scores[batch], model = await self._scored(place, [pairs[at] for at in batch])
        return Ranking(scores.tolist(), model)

    async def _scored(self, place: Placement, rows: Sequence[Row]) -> tuple[Array, Model]:
        answer = await self._models.infer(place, _tensors(rows, segmented=self._tokeniser.segmented), (_OUTPUT,))
        model = Model(ROLE, answer.model, answer.version)
        tokens = sum(len(row.ids) for row in rows)
        note(Spent(step=Step.RERANK, model=model, inferences=len(rows), input_tokens=tokens))
        logits = answer.get(_OUTPUT)
        if logits is None or logits.shape != (len(rows), 1) or not np.isfinite(logits).all():
            raise Internal("the cross-encoder answered with something other than one finite number a pair")
        return logits[:, 0], model


def _tensors(rows: Sequence[Row], *, segmented: bool) -> dict[str, Array]:
    shape = len(rows), width(rows)
    ids, mask, segments = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    for at, row in enumerate(rows):
        length = len(row.ids)
        ids[at, :length], mask[at, :length], segments[at, :length] = row.ids, 1, row.segments
    tensors = {"input_ids": ids, "attention_mask": mask}
    return tensors | {"token_type_ids": segments} if segmented else tensors

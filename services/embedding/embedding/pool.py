"""Runs the model through the pool: rows of tokens as tensors, tensors as packed vectors."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Final

import numpy as np

from chassis.errors import Internal
from embedding.batching.pending import Ids
from embedding.batching.requested import Model, Vectors
from pool.models import Models, Placement
from pool.tensors import Array

_URGENT: Final = 1
_PATIENT: Final = 2
_OUTPUT: Final = "embedding"


class PoolEngine:
    """An `Engine` over the models of the pool."""

    def __init__(self, models: Models) -> None:
        self._models = models

    def place(self, role: str) -> Hashable:
        """Return the target that serves the role for this request."""
        return self._models.place(role)

    async def run(self, place: Hashable, rows: Sequence[Ids], width: int, *, urgent: bool) -> Vectors:
        """Return one vector a row, in order; rows are padded to the width."""
        if not isinstance(place, Placement):
            raise TypeError(f"a place of the pool is needed, not {type(place).__name__}")
        priority = _URGENT if urgent else _PATIENT
        inference = await self._models.infer(place, padded(rows, width), [_OUTPUT], priority=priority)
        vectors = inference.get(_OUTPUT)
        if vectors is None or vectors.dtype != np.float32 or vectors.ndim != 2 or len(vectors) != len(rows):  # noqa: PLR2004 - a matrix
            raise Internal("the model answered with something other than one vector a text")
        model = Model(inference.model, inference.version)
        return Vectors(data=vectors.tobytes(), count=len(vectors), dimension=vectors.shape[1], model=model)


def padded(rows: Sequence[Ids], width: int) -> dict[str, Array]:
    """Return the rows as one matrix of that width, filled up with zeros, and the mask of what is real."""
    input_ids = np.zeros((len(rows), width), dtype=np.int64)
    attention_mask = np.zeros_like(input_ids)
    for row, ids in enumerate(rows):
        input_ids[row, : len(ids)] = ids
        attention_mask[row, : len(ids)] = 1
    return {"input_ids": input_ids, "attention_mask": attention_mask}

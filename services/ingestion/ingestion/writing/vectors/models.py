"""The embedding models that a stream of documents meets.

Nearly always there is one. A corpus that is switched to another index in the middle of a stream goes on with that
index's model.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

from ingestion.corpora.words import EmbeddingModel
from ingestion.writing.vectors.batching import Embeddings

__all__ = ["ModelEmbeddings", "TextEmbedder"]


class TextEmbedder(Protocol):
    """Embeds the texts of one document."""

    async def embed(self, model: EmbeddingModel, texts: Sequence[str]) -> Sequence[bytes]:
        """Return one row a text, in order, made by that model."""
        ...


class ModelEmbeddings:
    """Keeps one gathering of texts for each model."""

    def __init__(self, gathering: Callable[[EmbeddingModel], Embeddings]) -> None:
        self._gathering = gathering
        self._by_model: dict[EmbeddingModel, Embeddings] = {}

    async def embed(self, model: EmbeddingModel, texts: Sequence[str]) -> Sequence[bytes]:
        """Return one row a text, in order, made by that model."""
        if model not in self._by_model:
            self._by_model[model] = self._gathering(model)
        return await self._by_model[model].embed(texts)

    async def aclose(self) -> None:
        """Give up what is in flight."""
        await asyncio.gather(*(each.aclose() for each in self._by_model.values()))

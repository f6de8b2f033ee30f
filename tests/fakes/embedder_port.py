"""An embedder as rules see it: it answers with vectors that a test chooses, fails, or never comes back."""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Callable, Sequence

from orchestrator.search.roles import DEFAULT
from orchestrator.search.searcher import Embedded
from orchestrator.search.words import Model, Vectors

MODEL = Model("embedding", "minilm", "1")


class FakeEmbedder:
    """Embeds by a function of the text; remembers what it was asked."""

    def __init__(self, vector: Callable[[str], Sequence[float]] = lambda text: (1.0, 0.0)) -> None:
        self._vector = vector
        self.failure: Exception | None = None
        self.hangs = False
        self.asked: list[tuple[str, ...]] = []
        self.roles: list[str] = []

    async def embed(self, texts: Sequence[str], *, question: bool, role: str = DEFAULT) -> Embedded:
        self.asked.append(tuple(texts))
        self.roles.append(role)
        if self.hangs:
            await asyncio.Event().wait()
        if self.failure is not None:
            raise self.failure
        rows = [self._vector(text) for text in texts]
        data = array("f", [value for row in rows for value in row]).tobytes()
        return Embedded(Vectors(data, len(rows), len(rows[0])), MODEL)

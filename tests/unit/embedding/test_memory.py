"""A question that was embedded a moment ago is not embedded again, as long as its model stays."""

from __future__ import annotations

from dataclasses import replace

import pytest

from embedding.batching.lane import LaneLimits
from embedding.batching.requested import Model
from embedding.embedder import Embedder, Kind
from embedding.memory import Memory
from fakes.clock import FakeClock
from fakes.engine import FakeEngine, FakeTokeniser


class Counting(FakeEngine):
    def __init__(self):
        super().__init__()
        self.rows = 0

    async def run(self, place, rows, width, *, urgent):
        self.rows += len(rows)
        made = await super().run(place, rows, width, urgent=urgent)
        return replace(made, model=Model("toy", self.version))


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def engine():
    return Counting()


@pytest.fixture
def embedder(engine, clock):
    return Embedder(FakeTokeniser(window=8), engine, LaneLimits(), Memory(most=2, seconds=10, clock=clock))


async def asked(embedder, *texts, kind=Kind.QUERY):
    return await embedder.embed(texts, kind, "embedding")


async def test_a_question_is_embedded_once(embedder, engine):
    first = await asked(embedder, "3 x 2")

    assert (await asked(embedder, "3 x 2"), engine.rows) == (replace(first, remembered=True), 1)
    assert not first.remembered


async def test_passages_and_several_texts_are_embedded_every_time(embedder, engine):
    for _ in range(2):
        await asked(embedder, "3 x 2", kind=Kind.PASSAGE)
        await asked(embedder, "3 x 2", "1 x 2")

    assert engine.rows == 6


async def test_what_is_old_or_one_too_many_is_embedded_again(embedder, engine, clock):
    for text in ("1 x 2", "2 x 2", "3 x 2", "3 x 2", "1 x 2"):
        await asked(embedder, text)
    before = engine.rows
    clock.advance(11)
    await asked(embedder, "1 x 2")

    assert (before, engine.rows) == (4, 5)


async def test_a_model_that_is_replaced_takes_its_vectors_along(embedder, engine):
    await asked(embedder, "1 x 2")
    engine.version = "2"
    await asked(embedder, "2 x 2")
    again = await asked(embedder, "1 x 2")

    assert (again.vectors.model.version, engine.rows) == ("2", 3)


async def test_what_one_tenant_asks_is_not_known_to_another(embedder, engine):
    for tenant in ("acme", "beta", "acme"):
        await embedder.embed(["1 x 2"], Kind.QUERY, "embedding", tenant)

    assert engine.rows == 2

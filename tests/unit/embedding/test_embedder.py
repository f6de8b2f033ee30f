from __future__ import annotations

import numpy as np
import pytest

from chassis.errors import NotFound
from embedding.batching.lane import LaneLimits
from embedding.embedder import Embedder, Kind
from fakes.engine import FakeEngine, FakeTokeniser


@pytest.fixture
def embedder():
    return Embedder(FakeTokeniser(window=8), FakeEngine(), LaneLimits())


async def test_vectors_come_back_in_the_order_of_the_texts(embedder):
    embedded = await embedder.embed(["3 x 2", "1 x 7", "2 x 4"], Kind.PASSAGE, "embedding")

    assert np.frombuffer(embedded.vectors.data, "<f4").tolist() == [3, 2, 1, 7, 2, 4]


async def test_it_counts_what_the_model_read_and_what_was_cut(embedder):
    embedded = await embedder.embed(["1 x 8", "2 x 9", "3 x 100"], Kind.QUERY, "embedding")

    assert embedded.tokens == 24
    assert embedded.truncated == 2


async def test_a_role_that_nobody_plays_is_not_found(embedder):
    with pytest.raises(NotFound):
        await embedder.embed(["1"], Kind.QUERY, "poet")

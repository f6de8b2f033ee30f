from __future__ import annotations

import numpy as np
import pytest

from chassis.errors import Internal
from embedding.pool import PoolEngine, padded
from fakes.models import FakeModels


def test_rows_are_padded_to_the_width_and_masked():
    tensors = padded([[5, 6, 7], [8]], 4)

    assert tensors["input_ids"].tolist() == [[5, 6, 7, 0], [8, 0, 0, 0]]
    assert tensors["attention_mask"].tolist() == [[1, 1, 1, 0], [1, 0, 0, 0]]
    assert tensors["input_ids"].dtype == np.int64


def engine_that_answers(**outputs):
    async def answer(_inputs):
        return outputs

    return PoolEngine(FakeModels(answers={"embedding": answer}))


async def test_vectors_carry_the_model_that_made_them():
    engine = engine_that_answers(embedding=np.eye(2, dtype=np.float32))

    vectors = await engine.run(engine.place("embedding"), [[1], [2]], 1, urgent=True)

    assert vectors.data == np.eye(2, dtype="<f4").tobytes()
    assert (vectors.count, vectors.dimension) == (2, 2)
    assert (vectors.model.name, vectors.model.version) == ("embedding", "1")


@pytest.mark.parametrize(
    "outputs",
    [
        {},
        {"embedding": np.zeros((1, 2), np.float32)},
        {"embedding": np.zeros((2, 2), np.float64)},
        {"embedding": np.zeros(2, np.float32)},
    ],
)
async def test_anything_but_one_vector_a_row_is_a_mistake_of_ours(outputs):
    engine = engine_that_answers(**outputs)

    with pytest.raises(Internal):
        await engine.run(engine.place("embedding"), [[1], [2]], 1, urgent=False)

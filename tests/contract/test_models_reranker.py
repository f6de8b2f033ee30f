"""The reranker on the real Triton, held to what its weights say when they are multiplied out in double precision."""

from __future__ import annotations

import json

import numpy as np
import pytest
import pytest_asyncio
from tritonclient.grpc.aio import InferenceServerClient
from tritonclient.utils import InferenceServerException

from models.layout import Layout
from rigs.triton import tensor, triton

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("triton-embedding")]

ROWS = np.random.default_rng(7).random((50, 19)).astype(np.float32)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client():
    async with triton("embedding") as server, InferenceServerClient(server.target) as made:
        yield made


def golden(rows):
    weights = json.loads((Layout.here().root / "reranker" / "weights.json").read_text(encoding="utf-8"))
    inner, shift, outer, direct = (np.array(weights[name]) for name in ("inner", "shift", "outer", "direct"))
    wide = rows.astype(np.float64)
    return np.tanh(wide @ inner + shift) @ outer + wide @ direct


async def scored(client, rows):
    return (await client.infer("reranker", [tensor("features", rows)])).as_numpy("score")


async def test_each_score_is_the_golden_one(client):
    scores = await scored(client, ROWS)

    assert scores.shape == (50, 1)
    assert np.abs(scores[:, 0] - golden(ROWS)).max() < 1e-4


async def test_company_changes_no_score(client):
    alone = [float((await scored(client, ROWS[at : at + 1]))[0, 0]) for at in range(3)]

    assert alone == pytest.approx((await scored(client, ROWS))[:3, 0].tolist(), abs=1e-5)


@pytest.mark.parametrize("shape", [(2, 18), (257, 19)])
async def test_rows_of_another_shape_are_refused(client, shape):
    with pytest.raises(InferenceServerException):
        await scored(client, np.zeros(shape, np.float32))
    assert (await scored(client, ROWS)).shape == (50, 1)

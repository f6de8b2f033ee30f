"""The embedding models on the real Triton, held to vectors that another program computed."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
from tritonclient.grpc.aio import InferenceServerClient
from tritonclient.utils import InferenceServerException

from rigs.golden import computed, held_cases
from rigs.triton import tensor, triton

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("triton-embedding")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server():
    async with triton("embedding") as started:
        yield started


@pytest_asyncio.fixture(loop_scope="module")
async def client(server):
    async with InferenceServerClient(server.target) as made:
        yield made


async def embed(client, rows, model="embedding", **options):
    length = max(len(row) for row in rows)
    ids = np.array([row + [0] * (length - len(row)) for row in rows], np.int64)
    mask = np.array([[1] * len(row) + [0] * (length - len(row)) for row in rows], np.int64)
    inputs = [tensor("input_ids", ids), tensor("attention_mask", mask)]
    return (await client.infer(model, inputs, **options)).as_numpy("embedding")


def executions(server, kind, model="embedding"):
    return server.metrics(f"nv_inference_{kind}")[f'nv_inference_{kind}{{model="{model}",version="1"}}']


async def test_each_vector_is_the_golden_one(client):
    for case in held_cases():
        vector = (await embed(client, [case["ids"]]))[0]
        assert vector.dtype == np.float32
        assert np.abs(vector - case["vector"]).max() < 1e-5
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


async def test_padding_and_company_change_no_vector(client):
    cases = held_cases()
    vectors = await embed(client, [case["ids"] for case in cases])

    assert np.abs(vectors - np.array([case["vector"] for case in cases])).max() < 1e-5


async def test_the_small_model_is_close_to_the_large_one(client):
    cases = held_cases()
    vectors = np.concatenate([await embed(client, [case["ids"]], "embedding-int8") for case in cases])
    cosines = np.sum(vectors * np.array([case["vector"] for case in cases]), axis=1)

    assert cosines.min() > 0.97
    assert cosines.mean() > 0.98


async def test_requests_of_one_shape_are_batched_together(client, server):
    ids = held_cases()[0]["ids"]
    inferences, batches = executions(server, "count"), executions(server, "exec_count")
    vectors = await asyncio.gather(*(embed(client, [ids]) for _ in range(64)))

    assert np.ptp(np.concatenate(vectors), axis=0).max() < 1e-5
    async with asyncio.timeout(5):  # Triton counts a request after it has answered
        while executions(server, "count") - inferences < 64:  # noqa: ASYNC110 - it tells by being asked
            await asyncio.sleep(0.01)
    assert executions(server, "exec_count") - batches <= 32


@asynccontextmanager
async def occupied(client):
    """Keep the model busy for a while."""
    long = asyncio.ensure_future(embed(client, [[101] * 256] * 48))
    await asyncio.sleep(0.1)
    yield
    await long


async def test_a_full_queue_is_said_at_once(client):
    async with occupied(client):
        done = await asyncio.gather(*(embed(client, [[101, 102]]) for _ in range(300)), return_exceptions=True)
    refused = [outcome for outcome in done if isinstance(outcome, InferenceServerException)]

    assert 1 <= len(refused) <= 44
    assert {(outcome.status(), "Exceeds maximum queue size" in outcome.message()) for outcome in refused} == {
        ("StatusCode.UNAVAILABLE", True)
    }


async def test_a_request_that_waited_too_long_is_refused(client):
    async with occupied(client):
        with pytest.raises(InferenceServerException, match="Request timeout expired"):
            await embed(client, [[101, 102]], timeout=1000)


@pytest.mark.parametrize(
    ("rows", "words"), [([[30522, 1]], "indices"), ([[101] * 513], "."), ([[101]] * 65, "batch-size must be <=")]
)
async def test_bad_input_is_an_error_and_harms_nobody(client, rows, words):
    with pytest.raises(InferenceServerException, match=words):
        await embed(client, rows)
    assert (await embed(client, [[101, 102]])).shape == (1, 384)


async def test_who_has_no_key_changes_nothing(client):
    with pytest.raises(InferenceServerException, match="This protocol is restricted"):
        await client.load_model("generator")


async def test_the_golden_file_is_what_the_other_program_computes():
    now = await asyncio.to_thread(computed)

    assert [case["text"] for case in now] == [case["text"] for case in held_cases()]
    assert np.allclose([case["vector"] for case in now], [case["vector"] for case in held_cases()], atol=2e-6)


def segments(prefix):
    return list(Path("/dev/shm").glob(f"{prefix}*"))  # noqa: S108 - the kernel's folder for it


async def test_it_leaves_nothing_behind():
    async with triton("embedding") as started:
        assert segments(started.shared_memory)
    assert not segments(started.shared_memory)

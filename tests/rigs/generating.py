"""Asks the generator straight, as Triton's own client does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

from tritonclient.grpc.aio import InferenceServerClient

from rigs.triton import tensor

EVERYTHING = {
    "return_finish_reason": True,
    "return_num_input_tokens": True,
    "return_num_output_tokens": True,
    "return_logprobs": True,
    "return_cumulative_logprob": True,
}


@asynccontextmanager
async def client(target: str) -> AsyncIterator[InferenceServerClient]:
    async with InferenceServerClient(target) as made:
        yield made


async def pieces(triton: InferenceServerClient, text: object, sampling: object = "{}", **flags: bool) -> AsyncIterator:
    """Yield each response as a dictionary of lists; leaving early cancels the request."""
    values = {"text_input": text, "stream": True, "sampling_parameters": sampling} | flags

    async def once() -> AsyncIterator[dict[str, Any]]:
        yield {"model_name": "generator", "inputs": [tensor(name, value) for name, value in values.items()]}

    responses = triton.stream_infer(once())
    try:
        async for result, error in responses:
            if error:
                raise error
            names = [output.name for output in result.get_response().outputs]
            yield {name: result.as_numpy(name).tolist() for name in names}
    finally:
        responses.cancel()


async def answer(triton: InferenceServerClient, text: object, sampling: object = "{}", **flags: bool) -> list[dict]:
    """Return all responses."""
    async with aclosing(pieces(triton, text, sampling, **flags)) as responses:
        return [piece async for piece in responses]


def said(responses: list[dict]) -> str:
    """Return the text of an answer."""
    return b"".join(piece["text_output"][0] for piece in responses).decode()

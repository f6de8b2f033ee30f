"""The language model, with the tensors of Triton's vLLM backend."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, Final

import numpy as np

from orchestrator.answer.writer import Order, Piece
from orchestrator.search.spending import Spent, Step, note
from orchestrator.search.words import Model
from pool.calls import Inference
from pool.models import Models
from pool.tensors import Array, texts

ROLE: Final = "generator"
_UNFINISHED: Final = "None"
_SEEDS: Final = 2**32 - 1
"""The largest number of 32 bits means "choose one" to some engines, so it is not a seed."""
_FLAGS: Final = (
    "stream",
    "exclude_input_in_output",
    "return_finish_reason",
    "return_num_input_tokens",
    "return_num_output_tokens",
)


class Generator:
    """Writes text with whatever model plays the role."""

    def __init__(self, models: Models) -> None:
        self._models = models

    async def write(self, order: Order) -> AsyncGenerator[Piece, None]:
        """Yield the pieces as they come; closing the generator stops the model."""
        async with aclosing(self._models.stream(ROLE, _inputs(order))) as parts:
            read, begun = 0, 1
            async for part in parts:
                piece = _piece(part)
                note(
                    Spent(
                        step=Step.GENERATE,
                        model=piece.model,
                        inferences=begun,
                        input_tokens=max(piece.input_tokens - read, 0),
                        output_tokens=piece.output_tokens,
                    )
                )
                read, begun = max(read, piece.input_tokens), 0
                yield piece

    async def ping(self) -> None:
        """Return when the model can be called."""
        await self._models.ready(ROLE)


def _inputs(order: Order) -> dict[str, Array]:
    messages = [{"role": message.role, "content": message.content} for message in order.messages]
    sampling = {
        "max_tokens": order.max_tokens,
        "temperature": order.temperature,
        "seed": order.seed % _SEEDS,
        "stop": list(order.stop),
    }
    flags = {flag: np.array([True]) for flag in _FLAGS}
    return {"text_input": _text(messages), "sampling_parameters": _text(sampling), **flags}


def _text(value: Any) -> Array:
    return texts(json.dumps(value, ensure_ascii=False))


def _piece(part: Inference) -> Piece:
    finish = _string(part, "finish_reason")
    return Piece(
        text=_string(part, "text_output"),
        finish="" if finish == _UNFINISHED else finish,
        input_tokens=_number(part, "num_input_tokens"),
        output_tokens=_number(part, "num_output_tokens"),
        model=Model(ROLE, part.model, part.version),
        fell=part.fell,
    )


def _string(part: Inference, name: str) -> str:
    tensor = part.get(name)
    if tensor is None or not tensor.size:
        return ""
    value = tensor.reshape(-1)[0]
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _number(part: Inference, name: str) -> int:
    tensor = part.get(name)
    return 0 if tensor is None or not tensor.size else int(tensor.reshape(-1)[0])

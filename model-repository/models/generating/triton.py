"""One request to the generator: its tensors read, its answer sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
import triton_python_backend_utils as pb_utils  # type: ignore[import-not-found] # lives beside the stub

from models.generating.answer import FLAGS, Answer, Outputs, Wanted
from models.generating.chat import Template
from models.generating.errors import BadRequestError
from models.generating.pieces import Piece, Reader
from models.generating.sampling import Sampling, parsed

Complete = Callable[[Mapping[str, Any], Callable[[Mapping[str, Any]], bool]], None]
Count = Callable[[Piece], object]

FINAL: Final = pb_utils.TRITONSERVER_RESPONSE_COMPLETE_FINAL
NUMBERS: Final = {"num_input_tokens": np.uint32, "num_output_tokens": np.uint32, "cumulative_logprob": np.float32}


class Request:
    """A job for the slots; it always ends with one final response."""

    def __init__(self, request: Any, sender: Any, template: Template) -> None:
        self._sender = sender
        self._wanted = Wanted.of({name: flag(request, name) for name in FLAGS})
        self._prompt = template.prompt(text(request, "text_input"))
        self._sampling: Sampling = parsed(text(request, "sampling_parameters", "{}"))
        self._failure: Exception | None = None
        self._over = False

    def bound(self, complete: Complete, count: Count) -> Request:
        """Give it the engine that answers it and the meter that counts its tokens."""
        self._complete, self._count = complete, count
        return self

    def given_up(self) -> bool:
        """Tell whether the caller left."""
        return bool(self._sender.is_cancelled())

    def drop(self) -> None:
        """Close it without an answer."""
        refuse(self._sender, "the request was cancelled", pb_utils.TritonError.CANCELLED)

    def run(self) -> None:
        """Generate and send."""
        self._answer = Answer(self._wanted, self._prompt)
        self._reader = Reader(self._sampling.logprobs)
        try:
            self._complete(self._sampling.request(self._prompt), self._take)
        except Exception as error:  # noqa: BLE001 - whatever the engine raises, the caller gets a final response
            self._failure = self._failure or error
        if not self._over:
            self._close()

    def _take(self, chunk: Mapping[str, Any]) -> bool:
        """Handle one chunk of the engine; True stops it. Must not raise: the engine is not Python."""
        try:
            if self.given_up():
                return True
            piece = self._reader.piece(chunk)
            if piece is not None:
                self._count(piece)
                self._send(self._answer.add(piece), over=piece.finish_reason is not None)
        except Exception as error:  # noqa: BLE001 - kept and answered after the engine has returned
            self._failure = error
        return self._failure is not None

    def _send(self, outputs: Outputs | None, *, over: bool) -> None:
        if outputs is None:
            return
        self._over = over
        tensors = [pb_utils.Tensor(name, array(name, values)) for name, values in outputs.items()]
        self._sender.send(pb_utils.InferenceResponse(output_tensors=tensors), flags=FINAL if over else 0)

    def _close(self) -> None:
        """End an answer that did not come to its end."""
        match self._failure:
            case None if self.given_up():
                self.drop()
            case None:
                refuse(self._sender, "the engine stopped without a reason", pb_utils.TritonError.INTERNAL)
            case BadRequestError() as error:
                refuse(self._sender, str(error), pb_utils.TritonError.INVALID_ARG)
            case error:
                refuse(self._sender, f"the engine failed: {error}", pb_utils.TritonError.INTERNAL)


def flag(request: Any, name: str) -> bool | None:
    """Read a BOOL tensor; None when it was not sent."""
    tensor = pb_utils.get_input_tensor_by_name(request, name)
    return None if tensor is None else bool(tensor.as_numpy().reshape(-1)[0])


def text(request: Any, name: str, default: str = "") -> str:
    """Read a BYTES tensor as UTF-8; raises BadRequestError."""
    tensor = pb_utils.get_input_tensor_by_name(request, name)
    if tensor is None:
        return default
    try:
        return bytes(tensor.as_numpy().reshape(-1)[0]).decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequestError(f"{name} is not UTF-8: {error.reason} at byte {error.start}") from error


def array(name: str, values: list[object]) -> np.ndarray[Any, Any]:
    """Return the array of an output tensor."""
    if name in NUMBERS:
        return np.array(values, dtype=NUMBERS[name])
    return np.array([str(value).encode("utf-8") for value in values], dtype=np.object_)


def refuse(sender: Any, message: str, code: int) -> None:
    """End a request with an error."""
    sender.send(pb_utils.InferenceResponse(error=pb_utils.TritonError(message, code)), flags=FINAL)

"""ONNX Runtime for the Triton that comes as a wheel, which has the Python backend only.

It reads the parameters of Triton's native ONNX Runtime backend, so one config.pbtxt serves with both.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import triton_python_backend_utils as pb_utils  # type: ignore[import-not-found] # lives beside the stub

import onnxruntime as ort  # the package: this folder is on the path, not the one above it


class TritonPythonModel:
    """One instance of one model."""

    def initialize(self, args: Mapping[str, str]) -> None:
        """Load the graph."""
        config = json.loads(args["model_config"])
        parameters = {name: value["string_value"] for name, value in config["parameters"].items()}
        graph = (
            Path(args["model_repository"]) / args["model_version"] / (config["default_model_filename"] or "model.onnx")
        )
        self._session = ort.InferenceSession(graph, options(parameters), providers=["CPUExecutionProvider"])
        self._inputs = [tensor["name"] for tensor in config["input"]]
        self._outputs = [tensor["name"] for tensor in config["output"]]

    def execute(self, requests: Sequence[Any]) -> list[Any]:
        """Run the requests that Triton batched as one; they have the same shape but for the first axis."""
        arrays = [
            [pb_utils.get_input_tensor_by_name(request, name).as_numpy() for request in requests]
            for name in self._inputs
        ]
        try:
            joined = {name: np.concatenate(parts) for name, parts in zip(self._inputs, arrays, strict=True)}
            results = self._session.run(self._outputs, joined)
        except Exception as error:  # noqa: BLE001 - the runtime raises a class for each cause; all end the same way
            return [refusal(error) for _ in requests]
        ends = np.cumsum([0, *(len(part) for part in arrays[0])])
        return [self._response(results, slice(start, end)) for start, end in pairwise(ends)]

    def _response(self, results: Sequence[np.ndarray[Any, Any]], rows: slice) -> Any:
        tensors = [
            pb_utils.Tensor(name, np.ascontiguousarray(result[rows]))
            for name, result in zip(self._outputs, results, strict=True)
        ]
        return pb_utils.InferenceResponse(output_tensors=tensors)


def options(parameters: Mapping[str, str]) -> ort.SessionOptions:
    """Translate the parameters; keys of the form `session.…` go to ONNX Runtime as they are."""
    chosen = ort.SessionOptions()
    chosen.intra_op_num_threads = int(parameters.get("intra_op_thread_count", "0"))
    chosen.inter_op_num_threads = int(parameters.get("inter_op_thread_count", "0"))
    for name, value in parameters.items():
        if name.startswith("session."):
            chosen.add_session_config_entry(name, value)
    return chosen


def refusal(error: Exception) -> Any:
    """Answer a request that could not be run."""
    return pb_utils.InferenceResponse(error=pb_utils.TritonError(str(error), pb_utils.TritonError.INVALID_ARG))

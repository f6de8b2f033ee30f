"""Answers with its input."""

from __future__ import annotations

import triton_python_backend_utils as pb_utils  # lives beside the stub


class TritonPythonModel:
    def execute(self, requests):
        return [pb_utils.InferenceResponse([pb_utils.get_input_tensor_by_name(request, "x")]) for request in requests]

"""Fails."""

from __future__ import annotations

import triton_python_backend_utils as pb_utils  # lives beside the stub


class TritonPythonModel:
    def execute(self, requests):
        return [pb_utils.InferenceResponse(error=pb_utils.TritonError("ValueError: broken")) for _ in requests]

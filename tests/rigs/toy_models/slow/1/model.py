"""Answers after as many seconds as it is told."""

from __future__ import annotations

import time

import triton_python_backend_utils as pb_utils  # lives beside the stub


class TritonPythonModel:
    def execute(self, requests):
        seconds = [pb_utils.get_input_tensor_by_name(request, "seconds") for request in requests]
        time.sleep(sum(float(tensor.as_numpy().flat[0]) for tensor in seconds))
        return [pb_utils.InferenceResponse([tensor]) for tensor in seconds]

"""Streams the numbers below a limit; a negative limit asks how many streams were given up."""

from __future__ import annotations

import threading
import time

import numpy as np
import triton_python_backend_utils as pb_utils  # lives beside the stub

FINAL = pb_utils.TRITONSERVER_RESPONSE_COMPLETE_FINAL


class TritonPythonModel:
    def initialize(self, _args):
        self._given_up = 0

    def execute(self, requests):
        for request in requests:
            limit, pause = (
                pb_utils.get_input_tensor_by_name(request, name).as_numpy()[0] for name in ("limit", "pause")
            )
            sender = request.get_response_sender()
            threading.Thread(target=self._count, args=(sender, int(limit), float(pause))).start()

    def _count(self, sender, limit, pause):
        for number in range(limit) if limit >= 0 else [self._given_up]:
            if sender.is_cancelled():
                self._given_up += 1
                break
            sender.send(pb_utils.InferenceResponse([pb_utils.Tensor("number", np.array([number], np.int32))]))
            time.sleep(pause)
        sender.send(flags=FINAL)

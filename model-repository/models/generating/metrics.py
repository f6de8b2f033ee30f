"""What the generator says of itself beside Triton's own metrics."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import triton_python_backend_utils as pb_utils  # type: ignore[import-not-found] # lives beside the stub

from models.generating.pieces import Piece


class Metrics:
    """Four figures; they appear on Triton's metrics port."""

    def __init__(self, labels: Mapping[str, str]) -> None:
        counter, gauge = pb_utils.MetricFamily.COUNTER, pb_utils.MetricFamily.GAUGE
        self._families: list[Any] = []
        self._turn = threading.Lock()  # the stub crashes when two threads change metrics at once
        self._running = self._metric(gauge, "generator_requests_running", "Requests in a slot", labels)
        self._waiting = self._metric(gauge, "generator_requests_waiting", "Requests in the line", labels)
        self._prompt = self._metric(counter, "generator_prompt_tokens", "Tokens of answered prompts", labels)
        self._generated = self._metric(counter, "generator_generated_tokens", "Tokens generated", labels)

    def occupied(self, running: int, waiting: int) -> None:
        """Take the length of the line and the number of busy slots."""
        with self._turn:
            self._running.set(running)
            self._waiting.set(waiting)

    def counted(self, piece: Piece) -> None:
        """Count the tokens of a piece, and those of the prompt with the last."""
        with self._turn:
            self._generated.increment(piece.output_tokens)
            if piece.finish_reason is not None:
                self._prompt.increment(piece.input_tokens)

    def _metric(self, kind: Any, name: str, description: str, labels: Mapping[str, str]) -> Any:
        family = pb_utils.MetricFamily(name=name, description=description, kind=kind)
        self._families.append(family)  # a metric does not outlive its family
        return family.Metric(labels=dict(labels))

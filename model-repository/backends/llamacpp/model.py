"""The generator's backend: Triton's requests on one side, llama.cpp on the other, the rules in between."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import triton_python_backend_utils as pb_utils  # type: ignore[import-not-found] # lives beside the stub

from models.generating.chat import Template, jinja
from models.generating.errors import BadRequestError
from models.generating.llamacpp import Engine, Options
from models.generating.metrics import Metrics
from models.generating.slots import Slots
from models.generating.triton import Request, refuse

WARM_UP: Final = {"prompt": "Hello", "max_tokens": 2, "stream": True}


class TritonPythonModel:
    """One model, one engine, one line in front of it."""

    def initialize(self, args: Mapping[str, str]) -> None:
        """Load the weights and generate once, so that the first caller does not wait for it."""
        config = json.loads(args["model_config"])
        parameters = {name: value["string_value"] for name, value in config["parameters"].items()}
        options = Options.of(parameters)
        folder = Path(args["model_repository"]) / args["model_version"]
        self._engine = Engine(folder / parameters["weights"], options)
        self._engine.complete(WARM_UP, lambda _: False)
        controls = json.loads((folder / "control_tokens.json").read_text("utf-8"))
        self._template = Template(jinja((folder / "chat_template.jinja").read_text("utf-8")), controls)
        self._metrics = Metrics({"model": config["name"], "version": args["model_version"]})
        self._slots = Slots(options.slots, options.queue, self._metrics.occupied)

    def execute(self, requests: Sequence[Any]) -> None:
        """Put each request in the line and return; the slots' threads answer."""
        for request in requests:
            self._accept(request, request.get_response_sender())

    def finalize(self) -> None:
        """Finish what runs, then let the engine go."""
        self._slots.close()
        self._engine.close()

    def _accept(self, request: Any, sender: Any) -> None:
        try:
            job = Request(request, sender, self._template).bound(self._engine.complete, self._metrics.counted)
        except BadRequestError as error:
            refuse(sender, str(error), pb_utils.TritonError.INVALID_ARG)
            return
        if not self._slots.offer(job):
            refuse(sender, "Exceeds maximum queue size", pb_utils.TritonError.UNAVAILABLE)

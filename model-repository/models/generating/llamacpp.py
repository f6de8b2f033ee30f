"""llama.cpp in this process; the only file that knows its binding."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xllamacpp  # type: ignore[import-not-found] # in the models' own environment


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The parameters of the model's configuration."""

    slots: int
    context: int
    threads: int
    prompt_threads: int
    batch: int
    queue: int

    @classmethod
    def of(cls, parameters: Mapping[str, str]) -> Options:
        """Read them; each must be given."""
        return cls(**{name: int(parameters[name]) for name in cls.__slots__})


class Engine:
    """Loaded weights, ready to complete texts in several threads at once."""

    def __init__(self, weights: Path, options: Options) -> None:
        params = xllamacpp.CommonParams()
        params.model.path = str(weights)
        params.n_parallel = options.slots
        params.n_ctx = options.slots * options.context
        params.n_batch = params.n_ubatch = options.batch
        params.cpuparams.n_threads = options.threads
        params.cpuparams_batch.n_threads = options.prompt_threads
        params.cache_ram_mib = 0  # prompts of two questions share a few words only: keeping old ones gains nothing
        params.verbosity = -1
        # The binding opens an HTTP listener on loopback: nobody knows its key, and it serves no page.
        params.api_keys = [secrets.token_hex(32)]
        params.ui = params.endpoint_slots = False
        self._server: Any = xllamacpp.Server(params)

    def complete(self, request: Mapping[str, Any], each: Callable[[Mapping[str, Any]], bool]) -> None:
        """Generate; `each` gets every chunk and returns True to stop."""
        self._server.handle_completions(dict(request), each)

    def close(self) -> None:
        """Let the weights go."""
        self._server = None

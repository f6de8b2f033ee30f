"""Sampling parameters: the names and defaults of vLLM, told to llama.cpp in its own words.

llama.cpp has defaults of its own (top_k 40, min_p 0.05 and others), so every value is always sent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from math import inf, isfinite
from types import MappingProxyType
from typing import Any, Final

from models.generating.errors import BadRequestError

ANY_SEED: Final = 2**32 - 1
"""llama.cpp takes this as: choose one."""

RANGES: Final[Mapping[str, tuple[float, float]]] = MappingProxyType(
    {
        "temperature": (0, 2),
        "top_p": (0, 1),
        "top_k": (-1, 1_000_000),
        "min_p": (0, 1),
        "max_tokens": (1, 1_000_000),
        "seed": (0, ANY_SEED - 1),
        "presence_penalty": (-2, 2),
        "frequency_penalty": (-2, 2),
        "repetition_penalty": (0, inf),
        "logprobs": (0, 20),
        "n": (1, 1),
    }
)
WHOLE: Final = frozenset({"top_k", "max_tokens", "seed", "logprobs", "n"})
FLAGS: Final = frozenset({"ignore_eos", "cache_prompt"})
MOST_STOPS: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How tokens are chosen, and when to stop."""

    temperature: float = 1.0
    """0 to 2; 0 always takes the likeliest token."""
    top_p: float = 1.0
    top_k: int = -1
    """-1 and 0 consider every token."""
    min_p: float = 0.0
    max_tokens: int = 16
    """At most so many tokens are generated."""
    seed: int | None = None
    stop: tuple[str, ...] = ()
    """Texts that end the answer and do not appear in it."""
    presence_penalty: float = 0.0
    frequency_penalty: float = 0.0
    repetition_penalty: float = 1.0
    logprobs: int | None = None
    """How many likely tokens are reported with each token; the chosen one always is."""
    n: int = 1
    ignore_eos: bool = False
    cache_prompt: bool = True
    """Ours, not vLLM's: False computes the whole prompt anew, as if it had never been seen."""

    def request(self, prompt: str) -> dict[str, Any]:
        """Return the request to llama.cpp."""
        return {
            "prompt": prompt,
            "stream": True,
            "timings_per_token": True,
            "return_progress": True,  # a word after each batch of the prompt, so that who leaves is noticed
            "max_tokens": self.max_tokens,
            "temperature": self.temperature,
            "top_p": self.top_p,
            "top_k": max(self.top_k, 0),
            "min_p": self.min_p,
            "seed": ANY_SEED if self.seed is None else self.seed,
            "stop": list(self.stop),
            "presence_penalty": self.presence_penalty,
            "frequency_penalty": self.frequency_penalty,
            "repeat_penalty": self.repetition_penalty,
            "ignore_eos": self.ignore_eos,
            "cache_prompt": self.cache_prompt,
        } | ({} if self.logprobs is None else {"logprobs": max(self.logprobs, 1)})


NAMES: Final = tuple(field.name for field in fields(Sampling))


def parsed(text: str) -> Sampling:
    """Read the JSON object of a request; says what is wrong with it."""
    try:
        values = json.loads(text) if text.strip() else {}
    except (json.JSONDecodeError, RecursionError) as error:
        raise BadRequestError(f"sampling_parameters is not JSON: {error}") from error
    if not isinstance(values, dict):
        raise BadRequestError("sampling_parameters must be a JSON object")
    return Sampling(**{name: checked(name, value) for name, value in values.items() if value is not None})


def checked(name: str, value: object) -> Any:
    """Return the value of one parameter if it is of the right kind and range."""
    if name == "stop":
        return stops(value)
    if name in FLAGS:
        if not isinstance(value, bool):
            raise BadRequestError(f"sampling_parameters: {name} must be true or false")
        return value
    if name in RANGES:
        return number(name, value)
    raise BadRequestError(f"sampling_parameters: {name!r} is unknown; known are {', '.join(NAMES)}")


def number(name: str, value: object) -> float:
    """Check one number."""
    low, high = RANGES[name]
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
        raise BadRequestError(f"sampling_parameters: {name} must be a number")
    if name in WHOLE and value != int(value):
        raise BadRequestError(f"sampling_parameters: {name} must be a whole number")
    if not low <= value <= high or (name == "repetition_penalty" and value == 0):
        raise BadRequestError(f"sampling_parameters: {name} must be between {low:g} and {high:g}")
    return int(value) if name in WHOLE else float(value)


def stops(value: object) -> tuple[str, ...]:
    """Check the stop texts: one, or a list."""
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not all(isinstance(text, str) and text for text in listed):
        raise BadRequestError("sampling_parameters: stop must be a text or a list of texts, none of them empty")
    if len(listed) > MOST_STOPS:
        raise BadRequestError(f"sampling_parameters: stop holds more than {MOST_STOPS} texts")
    return tuple(listed)

"""What goes into each response: the tensors of Triton's vLLM backend, filled when the caller asked for them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import nan
from typing import Final, cast

from models.generating.errors import BadRequestError
from models.generating.pieces import Logprobs, Piece

UNFINISHED: Final = "None"
"""What vLLM's backend says as long as the answer goes on."""

Outputs = dict[str, list[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the caller asked to see."""

    stream: bool = False
    echo: bool = False
    finish_reason: bool = False
    cumulative_logprob: bool = False
    logprobs: bool = False
    num_input_tokens: bool = False
    num_output_tokens: bool = False

    @classmethod
    def of(cls, flags: Mapping[str, bool | None]) -> Wanted:
        """Read the flags by the names of their tensors; None stands for one that was not sent."""
        stream, exclude = bool(flags.get("stream")), flags.get("exclude_input_in_output")
        if stream and exclude is False:
            raise BadRequestError("exclude_input_in_output must not be false when stream is true")
        asked = {
            name.removeprefix("return_"): bool(value) for name, value in flags.items() if name.startswith("return_")
        }
        return cls(stream=stream, echo=not (stream or exclude), **asked)


FLAGS: Final = (
    "stream",
    "exclude_input_in_output",
    *(f"return_{name}" for name in Wanted.__slots__ if name not in ("stream", "echo")),
)


class Answer:
    """One answer as it grows: a response for each piece when streaming, else one at the end."""

    def __init__(self, wanted: Wanted, prompt: str) -> None:
        self._wanted = wanted
        self._text = [prompt] if wanted.echo else []
        self._tokens = 0
        self._logprobs: Logprobs | None = None
        self._likelihood = 0.0

    def add(self, piece: Piece) -> Outputs | None:
        """Take a piece; return what is to be sent now, or None."""
        self._text.append(piece.text)
        self._tokens += piece.output_tokens
        if piece.logprobs is not None:
            self._logprobs = (self._logprobs or []) + piece.logprobs
            self._likelihood += sum(chosen(token) for token in piece.logprobs)
        if piece.finish_reason is None and not self._wanted.stream:
            return None
        return self._flushed(piece)

    def _flushed(self, piece: Piece) -> Outputs:
        every: Outputs = {
            "text_output": ["".join(self._text)],
            "finish_reason": [piece.finish_reason or UNFINISHED],
            "cumulative_logprob": [nan if self._logprobs is None else self._likelihood],
            "logprobs": [json.dumps(self._logprobs)],
            "num_input_tokens": [piece.input_tokens],
            "num_output_tokens": [self._tokens],
        }
        self._text, self._tokens = [], 0
        self._logprobs = None if self._logprobs is None else []
        return {name: value for name, value in every.items() if name == "text_output" or getattr(self._wanted, name)}


def chosen(token: Mapping[str, Mapping[str, object]]) -> float:
    """Return the log-probability of the token that was taken: it stands first."""
    return cast("float", next(iter(token.values()))["logprob"])

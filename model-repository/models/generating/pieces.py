"""Pieces of an answer: what llama.cpp says token by token, in the words of vLLM."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from models.generating.errors import BadRequestError, EngineError

CALLERS_FAULT: Final = range(400, 500)

Logprobs = list[dict[str, dict[str, object]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What is new since the piece before."""

    text: str
    input_tokens: int
    """Tokens of the whole prompt."""
    output_tokens: int
    """Tokens that this piece adds."""
    finish_reason: str | None = None
    """stop or length in the last piece."""
    logprobs: Logprobs | None = None
    """For each new token: its id, then its log-probability, rank and text, and those of the likeliest others."""


class Reader:
    """Reads the chunks of one answer."""

    def __init__(self, logprobs: int | None) -> None:
        self._logprobs = logprobs
        self._read = 0

    def piece(self, chunk: Mapping[str, Any]) -> Piece | None:
        """Translate one chunk; None for one that only tells how far the prompt is. An error in it is raised."""
        if "error" in chunk:
            raise failure(chunk["error"])
        if "prompt_progress" in chunk:
            return None
        (choice,) = chunk["choices"]
        timings, usage = chunk["timings"], chunk.get("usage")
        total = usage["completion_tokens"] if usage else timings["predicted_n"]
        new, self._read = max(total - self._read, 0), max(total, self._read)
        return Piece(
            text=choice["text"],
            input_tokens=usage["prompt_tokens"] if usage else timings["prompt_n"] + timings["cache_n"],
            output_tokens=new,
            finish_reason=choice["finish_reason"],
            logprobs=None if self._logprobs is None else logprobs(choice.get("logprobs"), self._logprobs),
        )


def logprobs(reported: Mapping[str, Any] | None, count: int) -> Logprobs:
    """Translate what is reported of each token: at most `count` likely ones, and always the chosen one."""
    return [positions(token, count) for token in (reported or {}).get("content", [])]


def positions(token: Mapping[str, Any], count: int) -> dict[str, dict[str, object]]:
    """Translate one token, the chosen first; its rank is not known when it is not among the likely ones."""
    ranked = {str(likely["id"]): (rank, likely) for rank, likely in enumerate(token["top_logprobs"], start=1)}
    chosen = str(token["id"])
    others = {name: entry for name, entry in ranked.items() if entry[0] <= count and name != chosen}
    return {
        name: {"logprob": entry["logprob"], "rank": rank, "decoded_token": entry["token"]}
        for name, (rank, entry) in {chosen: ranked.get(chosen, (None, token)), **others}.items()
    }


def failure(error: Mapping[str, Any]) -> Exception:
    """Return what the engine complains of, as the caller's fault or as its own."""
    if error.get("type") == "exceed_context_size_error":
        return BadRequestError(
            f"text_input has {error['n_prompt_tokens']} tokens and the context holds {error['n_ctx']}: shorten it"
        )
    kind = BadRequestError if error.get("code") in CALLERS_FAULT else EngineError
    return kind(str(error.get("message")))

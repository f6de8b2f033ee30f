"""What answers have in common, whole or in pieces."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as pb

from gateway.http.openai.completions import Delta, Particulars, Piece, PieceChoice, Usage


@dataclass(frozen=True, slots=True)
class Frame:
    """What every piece of one answer repeats."""

    id: str
    created: int
    model: str

    def piece(
        self,
        delta: Delta,
        *,
        finish: Literal["stop", "length"] | None = None,
        fingerprint: str | None = None,
        particulars: Particulars | None = None,
    ) -> str:
        """Return one event of the stream."""
        choice = PieceChoice.model_construct(delta=delta, finish_reason=finish)
        return Piece.model_construct(
            id=self.id,
            created=self.created,
            model=self.model,
            choices=[choice],
            system_fingerprint=fingerprint,
            forebay=particulars,
        ).model_dump_json(exclude_none=True)

    def usage(self, usage: Usage) -> str:
        """Return the event that tells the usage, after all others."""
        piece = Piece(id=self.id, created=self.created, model=self.model, choices=[], usage=usage)
        return piece.model_dump_json(exclude_none=True)


def finish(closing: pb.Closing) -> Literal["stop", "length"]:
    """Return why an answer ended, in OpenAI's words; that there is none says the extension."""
    return "length" if closing.finish_reason == pb.FINISH_REASON_LENGTH else "stop"


def usage(closing: pb.Closing) -> Usage:
    """Return the tokens of the language model."""
    read, written = closing.usage.input_tokens, closing.usage.output_tokens
    return Usage(prompt_tokens=read, completion_tokens=written, total_tokens=read + written)


def fingerprint(closing: pb.Closing) -> str:
    """Return what changes when anything changes that the answer was made with."""
    return f"fb_{hashlib.sha256(closing.versions.SerializeToString(deterministic=True)).hexdigest()[:12]}"

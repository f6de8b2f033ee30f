"""What an answer is asked for, and the events that it consists of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from orchestrator.evidence.attribution import Attribution
from orchestrator.search.words import Hit, Model


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A question to a corpus."""

    corpus: str
    question: str
    max_sources: int
    """1 to 20."""

    max_output_tokens: int
    """1 to 1,024."""

    temperature: float
    """0 to 2; 0 takes the likeliest token."""

    seed: int
    filter: str = ""
    """Which documents the sources come from; empty is all."""


class Finish(Enum):
    """Why an answer ended."""

    STOP = "stop"
    LENGTH = "length"
    NO_ANSWER = "no_answer"


@dataclass(frozen=True, slots=True)
class Sources:
    """What the answer may draw on, best first; the first event."""

    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """The next piece of the answer; never empty."""

    text: str


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the model counted them; zero when it was not asked."""

    input_tokens: int = 0
    output_tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """How the answer ended and how it came about; the last event."""

    finish: Finish
    usage: Usage
    confidence: float
    """The calibrated probability that the answer is right."""

    degraded: tuple[str, ...]
    attributions: tuple[Attribution, ...]
    corpus_version: int
    prompt: str
    """The template, as name@version."""

    models: tuple[Model, ...]
    trace_id: str


Event = Sources | Text | Closing

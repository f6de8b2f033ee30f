"""What a request uses, noted where the work is done: at the adapters, whether or not the work is made use of.

A step that is given up half way has still been paid for, so nothing here goes by the way of results.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from enum import Enum

from chassis import names
from orchestrator.search.words import Model


class Step(Enum):
    """A step of the work for a request."""

    EMBED = "embed"
    SEARCH = "search"
    RERANK = "rerank"
    GENERATE = "generate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What one step used of one model."""

    step: Step
    model: Model | None = None
    inferences: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    saved_inferences: int = 0
    """Not made, because their results were remembered."""

    saved_input_tokens: int = 0
    """Not read for them."""

    untold: bool = False
    """Whether more may have been used: the step was given up before it could say."""

    def plus(self, other: Spent) -> Spent:
        """Return the sum of two entries of one step and model."""
        return Spent(
            step=self.step,
            model=self.model,
            inferences=self.inferences + other.inferences,
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            saved_inferences=self.saved_inferences + other.saved_inferences,
            saved_input_tokens=self.saved_input_tokens + other.saved_input_tokens,
            untold=self.untold or other.untold,
        )

    def attributes(self) -> dict[str, str | int]:
        """Return what the span of the step says of it."""
        said: dict[str, str | int] = {names.STEP: self.step.value, names.INFERENCES: self.inferences}
        if self.model is not None:
            said |= {names.GEN_AI_RESPONSE_MODEL: self.model.name, names.MODEL_VERSION: self.model.version}
        if self.step is Step.GENERATE:
            said |= {names.GEN_AI_INPUT_TOKENS: self.input_tokens, names.GEN_AI_OUTPUT_TOKENS: self.output_tokens}
        return said


class Spending:
    """What one request has used so far."""

    def __init__(self) -> None:
        self._entries: dict[tuple[Step, Model | None], Spent] = {}

    def note(self, spent: Spent) -> None:
        """Add to what the step used of the model."""
        key = spent.step, spent.model
        known = self._entries.get(key)
        self._entries[key] = known.plus(spent) if known else spent

    def all(self) -> Iterable[Spent]:
        """Return one entry a step and model."""
        return self._entries.values()

    def of(self, step: Step) -> Spent | None:
        """Return the newest entry of a step."""
        found = [spent for spent in self._entries.values() if spent.step is step]
        return found[-1] if found else None


_spending: ContextVar[Spending | None] = ContextVar("forebay_spending", default=None)


def begin() -> Spending:
    """Start the account of the request that this task serves; its context ends with it."""
    spending = Spending()
    _spending.set(spending)
    return spending


def note(spent: Spent) -> None:
    """Add to what the request that is being served used; outside of one nothing is kept."""
    if (spending := _spending.get()) is not None:
        spending.note(spent)

"""What was done for one request: the figures that limits, records and prices are made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

SERVED: Final = frozenset({"hit", "near"})
"""What `Account.cache` says of an answer that a cache gave."""

ANSWER: Final = "answer"
SEARCH: Final = "search"
EMBED: Final = "embed"
NEAR: Final = "near"
"""Work behind the gateway that `Account.untold` names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """The work of one step by one model."""

    step: str
    """`embed`, `search`, `rerank`, `generate`, `guard`, or `near`: vectors that find near questions."""

    role: str = ""
    """The role that the model played; what limits name. Empty, as are the next two, when no model was needed."""

    model: str = ""
    version: str = ""
    inferences: int = 0
    """Texts embedded, passages reranked, generations begun, searches made."""

    input_tokens: int = 0
    """Read by the model."""

    output_tokens: int = 0
    """Written by the model."""

    @property
    def key(self) -> tuple[str, str, str]:
        """Step, model and version: what there is one entry of."""
        return self.step, self.model, self.version

    def with_more(self, other: Spent) -> Spent:
        """Return both together, of the same step and model."""
        return replace(
            self,
            inferences=self.inferences + other.inferences,
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
        )

    def beyond(self, borne: Spent | None) -> Spent:
        """Return what was used besides what somebody else has borne of it."""
        if borne is None:
            return self
        return replace(
            self,
            inferences=self.inferences - borne.inferences,
            input_tokens=self.input_tokens - borne.input_tokens,
            output_tokens=self.output_tokens - borne.output_tokens,
        )


@dataclass(slots=True, kw_only=True)
class Account:
    """Filled in while the request is served, and read once it is over, however it ended."""

    spent: dict[tuple[str, str, str], Spent] = field(default_factory=dict)
    """By step, model and version; noted as it is known, so that a stream that breaks off has been accounted for."""

    saved: dict[tuple[str, str, str], Spent] = field(default_factory=dict)
    """What a cache made unnecessary, likewise."""

    untold: set[str] = field(default_factory=set)
    """Work of which it is not known yet what it used in all, and never will be if it ends without saying."""

    sources: tuple[str, ...] = ()
    """The chunks that were shown, best first, as document@generation#ordinal."""

    corpus_version: int = 0
    prompt: str = ""
    """As name@version."""

    models: tuple[str, ...] = ()
    """As role=name@version."""

    routes: tuple[str, ...] = ()
    """As role=target."""

    degraded: list[str] = field(default_factory=list)
    """Steps that were given up, those of the gateway included."""

    guards: tuple[str, ...] = ()
    """What was decided about what went in and came out, as rule=decision."""

    cache: str = ""
    """`miss`, `hit` or `near`; empty when none was asked."""

    finish: str = ""
    """Why an answer ended."""

    pieces: list[str] = field(default_factory=list)
    """What was answered, in the pieces in which it left."""

    outcomes: Counter[str] = field(default_factory=Counter)
    """What became of documents: committed, quarantined, refused."""

    def note(self, spent: Iterable[Spent]) -> None:
        """Take each in place of what was known of its step and model: what is told is always the sum so far."""
        self.spent.update((one.key, one) for one in spent)

    def spare(self, saved: Iterable[Spent]) -> None:
        """Take each in place of what was known to be saved of its step and model."""
        self.saved.update((one.key, one) for one in saved)

    @property
    def text(self) -> str:
        """What was answered."""
        return "".join(self.pieces)

    @property
    def input_tokens(self) -> int:
        """Of all steps."""
        return sum(one.input_tokens for one in self.spent.values())

    @property
    def output_tokens(self) -> int:
        """Of all steps."""
        return sum(one.output_tokens for one in self.spent.values())

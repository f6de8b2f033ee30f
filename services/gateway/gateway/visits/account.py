"""What was done for one request: the figures that limits, records and prices are made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

SERVED: Final = frozenset({"hit", "near"})
"""What `Account.cache` says of an answer that a cache gave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """The work of one step."""

    step: str
    """`embed`, `search`, `rerank`, `generate` or `guard`."""

    model: str = ""
    """Which model did it; empty when none was needed."""

    version: str = ""
    inferences: int = 0
    """Texts embedded, passages reranked, generations run, searches made."""

    input_tokens: int = 0
    """Read by a language model."""

    output_tokens: int = 0
    """Written by a language model."""


@dataclass(slots=True, kw_only=True)
class Account:
    """Filled in while the request is served, and read once it is over."""

    spent: tuple[Spent, ...] = ()
    saved: tuple[Spent, ...] = ()
    """What a cache made unnecessary."""

    sources: tuple[str, ...] = ()
    """The chunks that were shown, best first, as document@generation#ordinal."""

    corpus_version: int = 0
    prompt: str = ""
    """As name@version."""

    models: tuple[str, ...] = ()
    """As name@version."""

    routes: tuple[str, ...] = ()
    """As role=target."""

    degraded: list[str] = field(default_factory=list)
    """Steps that were given up, those of the gateway included."""

    cache: str = ""
    """`miss`, `hit` or `near`; empty when none was asked."""

    finish: str = ""
    """Why an answer ended."""

    text: str = ""
    """What was answered."""

    @property
    def input_tokens(self) -> int:
        """Of all steps."""
        return sum(step.input_tokens for step in self.spent)

    @property
    def output_tokens(self) -> int:
        """Of all steps."""
        return sum(step.output_tokens for step in self.spent)

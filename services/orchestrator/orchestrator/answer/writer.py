"""The port to a language model: messages in, pieces of text out."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Protocol

from orchestrator.prompts.composing import Message
from orchestrator.search.words import Model


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What the model is to write."""

    messages: tuple[Message, ...]
    max_tokens: int
    temperature: float
    seed: int
    stop: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """The next piece of what it writes."""

    text: str
    finish: str = ""
    """`stop` or `length` in the last piece."""

    input_tokens: int = 0
    """Of the whole prompt; the same in every piece."""

    output_tokens: int = 0
    """Of this piece."""

    model: Model
    fell: bool = False
    """Whether a model of a lower tier writes than the one that does while all is well."""


class Writer(Protocol):
    """Writes text."""

    def write(self, order: Order) -> AsyncGenerator[Piece, None]:
        """Yield the pieces as they come; closing the generator stops the model.

        Raises `Overloaded`, `Unavailable`, `DeadlineExceeded` or `Internal`, before the first piece or after any.
        """
        ...

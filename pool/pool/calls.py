"""The words of a call: what a model is asked, and what it answers."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from pool.tensors import Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request to one model."""

    model: str
    version: str
    """Empty lets the server choose the newest."""

    inputs: Mapping[str, Array]
    outputs: Sequence[str] = ()
    """The tensors to answer with; empty asks for all."""

    priority: int = 0
    """1 is the most urgent; 0 leaves it to the model's own default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inference(Mapping[str, Array]):
    """What a model answered: its tensors by name, and who it was, for the record."""

    outputs: Mapping[str, Array]
    model: str
    version: str
    role: str = ""
    pool: str = ""
    fell: bool = False
    """Whether a lower tier answered than the one that serves while all is well."""

    def __getitem__(self, name: str) -> Array:
        return self.outputs[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.outputs)

    def __len__(self) -> int:
        return len(self.outputs)


class Server(Protocol):
    """Whatever runs models. Each failure is one of `chassis.errors`."""

    async def infer(self, call: Call) -> Inference:
        """Return the model's one answer."""
        ...

    def stream(self, call: Call) -> AsyncGenerator[Inference, None]:
        """Yield the model's answers as they are made; closing the generator stops the model."""
        ...

    async def ready(self, model: str, version: str) -> None:
        """Return when that model can be called; raise `Unavailable` when it cannot."""
        ...

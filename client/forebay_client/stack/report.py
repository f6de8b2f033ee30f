"""What is said about a stack: to the caller of `up`, `down` and `status`, and in the status file between processes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


class StackError(Exception):
    """The stack did not do what was asked; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartReport:
    """One process of the stack."""

    name: str
    state: str = "waiting"
    """waiting (for what it needs), preparing, starting, ready, done (ran to its end), down (died; will be restarted) or
    stopped."""
    address: str = ""
    """host:port of its main listener."""
    ports: Mapping[str, int] = field(default_factory=dict)
    """Port of each of its listeners."""
    pid: int = 0
    restarts: int = 0
    """Deaths since the stack was started."""
    trouble: str = ""
    """Why it died last, with the time; empty when it never did."""
    since: float = 0.0
    """When it entered its state, in seconds since 1970."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The whole stack."""

    state: str
    """stopped, starting, running or stopping."""
    folder: str
    found: bool = False
    """Whether it was already in this state before the call."""
    seconds: float = 0.0
    """How long the start took."""
    parts: tuple[PartReport, ...] = ()

    def part(self, name: str) -> PartReport:
        """Return one part; raises StopIteration for a name that is not there."""
        return next(part for part in self.parts if part.name == name)

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON holds it."""
        return asdict(self)

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Report:
        """Return the report that `to_json` wrote."""
        parts = tuple(PartReport(**part) for part in fields["parts"])
        return cls(**{**fields, "parts": parts})


Progress = Callable[[PartReport], None]
"""Called each time a part enters another state."""

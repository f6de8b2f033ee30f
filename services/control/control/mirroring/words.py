"""Route resources as control sees them, and the cluster that holds them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

Condition = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A Route resource as it is in the cluster."""

    name: str
    generation: int
    """Rises with each change of its spec."""

    created: str
    """When it was made, in RFC 3339: texts that sort by time."""

    spec: Mapping[str, Any]
    status: Mapping[str, Any]
    """What it was told last; empty at first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What becomes of a Route resource."""

    name: str
    generation: int
    accepted: bool
    reason: str
    """One word for programs, such as `Accepted`, `Invalid` or `Conflict`."""

    message: str
    """A sentence for people."""

    version: int
    """The version of the table of routes that has it; 0 when none does."""


class Cluster(Protocol):
    """Holds Route resources. Each failure is one of `chassis.errors`."""

    def routes(self) -> AsyncGenerator[Sequence[Found], None]:
        """Yield all Route resources, at once and after each change."""
        ...

    async def tell(self, name: str, status: Mapping[str, Any]) -> None:
        """Write the status of a Route resource; nothing when it is gone by now."""
        ...

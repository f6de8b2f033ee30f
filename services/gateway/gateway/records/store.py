"""Where chains are kept, and how much is written there at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from gateway.records.words import Head, Link


class Store(Protocol):
    """Keeps chains."""

    async def begin(self, head: Head) -> None:
        """Keep the beginning of a chain and anchor it; raise `Unavailable`."""
        ...

    async def append(self, links: Sequence[Link]) -> None:
        """Keep links of one chain and its new head, all or none; raise `Unavailable` when that is not known."""
        ...

    async def known(self, ids: Sequence[str]) -> frozenset[str]:
        """Return which of these requests have a record; raise `Unavailable`."""
        ...

    async def anchor(self, head: Head) -> None:
        """Keep where a chain is now, for good; raise `Unavailable`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitLimits:
    """How much is written at once, and how much may wait."""

    batch: int = 256
    """Records of one write at most."""

    waiting: int = 10_000
    """Records that may wait; beyond that nobody is let in, and while the store is away the oldest are dropped."""

    pause: float = 0.5
    """Seconds between two attempts while the store is away."""

    anchoring: float = 60.0
    """Seconds between two anchors of a chain that grows."""

"""What limits need: somebody who counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from gateway.limits.words import Cost, Demand, Verdict


class Counts(Protocol):
    """Counts what is used and what is reserved; every call is one step that happens wholly or not at all.

    Each call may raise `Unavailable`; whether it happened is then unknown.
    """

    async def reserve(self, demand: Demand, lease: float) -> Verdict:
        """Take what is demanded from all limits, or nothing; what is not settled or renewed in `lease` s is used up."""
        ...

    async def settle(self, demand: Demand, used: Cost) -> None:
        """Give back what was reserved and count what was used, if that has not been done before."""
        ...

    async def renew(self, demands: Sequence[Demand], lease: float) -> None:
        """Keep reservations, which may be of several tenants, for as many seconds from now on."""
        ...

    async def ping(self) -> None:
        """Return when it answers."""
        ...

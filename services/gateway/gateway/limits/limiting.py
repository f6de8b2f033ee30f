"""Holds limits around each visit: reserved before, settled after, however it ends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from chassis.errors import Unavailable
from chassis.snapshot import Limits, Snapshot
from gateway.limits.estimating import ROLES, Estimates, models
from gateway.limits.keeping import Keeper
from gateway.limits.meters import Meters
from gateway.limits.ports import Counts
from gateway.limits.telling import LimitsUnknown, headers, refusal
from gateway.limits.words import Cost, Demand, Scope, Verdict, amounts
from gateway.visits.visit import Visit

DEGRADED: Final = "limits"
"""What a visit's account says when usage was counted by this gateway alone."""

_AGAIN: Final = 1.0
"""Seconds after which a request that could not be counted may be sent again."""


class Limiting:
    """Counts what visits use; `local` counts while `counts` are away."""

    def __init__(self, counts: Counts, local: Counts, keeper: Keeper, prompt: int) -> None:
        self._counts = counts
        self._local = local
        self._keeper = keeper
        self._prompt = prompt
        self._estimates = Estimates({}, prompt)
        self._meters = Meters(lambda: keeper.held)

    def heed(self, snapshot: Snapshot) -> None:
        """Estimate by the models of this snapshot from now on."""
        self._estimates = Estimates(models(snapshot), self._prompt)

    @asynccontextmanager
    async def around(self, visit: Visit) -> AsyncIterator[None]:
        """Reserve, serve and settle; raise `LimitReached` when a limit is reached, and say how all of them stand."""
        scopes = limited(visit)
        if not scopes:
            yield
            return
        demand = Demand(id=visit.id, tenant=visit.who.tenant, scopes=scopes, cost=self._estimates.most(visit))
        verdict = await self._shared(demand)
        counts = self._local if verdict is None else self._counts
        if verdict is None:
            verdict = await self._alone(demand, visit)
        for name, value in headers(verdict.standings):
            visit.tell(name, value)
        self._meters.decided(visit, verdict, local=counts is self._local)
        if not verdict.admitted:
            raise refusal(verdict)
        try:
            yield
        finally:
            if counts is self._local:
                await self._local.settle(demand, self._estimates.used(visit))
            else:
                await self._keeper.settle(demand, self._estimates.used(visit))

    async def _shared(self, demand: Demand) -> Verdict | None:
        """Reserve across gateways; None when that cannot be done now."""
        if self._keeper.away:
            return None
        try:
            verdict = await self._counts.reserve(demand, self._keeper.lease)
        except Unavailable:
            self._keeper.miss()
            self._keeper.owe(demand, Cost())  # it may have happened all the same
            return None
        except BaseException:
            self._keeper.owe(demand, Cost())
            raise
        if verdict.admitted:
            self._keeper.hold(demand)
        return verdict

    async def _alone(self, demand: Demand, visit: Visit) -> Verdict:
        if visit.policy.without_counts == "closed":
            self._meters.closed()
            raise LimitsUnknown("usage cannot be counted now; ask again", retry_after=_AGAIN)
        visit.account.degraded.append(DEGRADED)
        return await self._local.reserve(demand, _HELD)


_HELD: Final = 86_400.0
"""Seconds: what this process holds is settled by it or ends with it."""


def limited(visit: Visit) -> tuple[Scope, ...]:
    """Return the scopes whose limits hold for a visit; none when nothing limits it."""
    policy = visit.policy
    named = [("tenant", policy.tenant), (f"key:{visit.who.key_id}", policy.key)]
    named += [(f"model:{role}", policy.models[role]) for role in ROLES.get(visit.call, ()) if role in policy.models]
    return tuple(Scope(name, amounts(limits)) for name, limits in named if limits != Limits())

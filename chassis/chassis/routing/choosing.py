"""Chooses which target serves a request.

Weights share out tenants, not single requests: a tenant stays with its target while the weights stay, and when a
target gets more weight or goes away, only the tenants that must move do (weighted rendezvous hashing; Thaler and
Ravishankar 1998, with weights as in Schindelhauer and Schomaker 2005). Tiers are tried in the route's order: the next
one serves when none of a tier's targets can.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chassis.routing.calibrating import calibrated
from chassis.routing.hashing import cost
from chassis.snapshot import Route, Target

Ready = Callable[[Target], bool]


class Chooser:
    """Chooses among the targets of one route."""

    def __init__(self, route: Route, tenants: Sequence[str] = ()) -> None:
        """Share the targets out to these tenants as nearly as the weights say; others are shared out by chance."""
        self.route = route
        self._weights = calibrated(route, tenants)
        self._place = {tier: place for place, tier in enumerate(route.tiers)}
        self._weighty = [target for target in route.targets if target.weight]

    def choose(self, tenant: str, ready: Ready) -> Target:
        """Return the tenant's target among those that are ready, or its first choice when none is."""
        if len(self._weighty) == 1:
            return self._weighty[0]
        order = self.ranked(tenant)
        return next((target for target in order if ready(target)), order[0])

    def lower(self, tenant: str, tier: str, ready: Ready) -> Target | None:
        """Return the tenant's target among those of lower tiers that are ready; None when there is none."""
        place = self._place.get(tier, len(self._place))
        below = (target for target in self.ranked(tenant) if self._place[target.tier] > place)
        return next((target for target in below if ready(target)), None)

    def fell(self, target: Target) -> bool:
        """Tell whether the target is of a lower tier than the one that serves while all is well."""
        return target.tier != min((one.tier for one in self._weighty), key=self._place.__getitem__)

    def ranked(self, tenant: str) -> list[Target]:
        """Return the targets that have a weight: tier by tier, the tenant's first choice of each tier first."""
        role, weights = self.route.role, self._weights
        return sorted(
            self._weighty,
            key=lambda target: (self._place[target.tier], cost(role, tenant, target) / weights[target.name]),
        )

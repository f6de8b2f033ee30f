"""Chooses which target serves a request.

Weights share out tenants, not single requests: a tenant stays with its target while the weights stay, and when a
target gets more weight or goes away, only the tenants that must move do (weighted rendezvous hashing; Thaler and
Ravishankar 1998, with weights as in Schindelhauer and Schomaker 2005). Tiers are tried in the route's order: the next
one serves when none of a tier's targets can.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from hashlib import blake2b
from typing import Final

from chassis.snapshot import Route, Target

_BITS: Final = 64


def choose(route: Route, tenant: str, ready: Callable[[Target], bool]) -> Target:
    """Return the tenant's target among those that are ready, or its first choice when none is."""
    if len(route.targets) == 1:
        return route.targets[0]
    order = ranked(route, tenant)
    return next((target for target in order if ready(target)), order[0])


def lower(route: Route, tenant: str, tier: str, ready: Callable[[Target], bool]) -> Target | None:
    """Return the tenant's target among those of lower tiers that are ready; None when there is none."""
    if tier not in route.tiers:
        return None
    place = route.tiers.index(tier)
    below = (target for target in ranked(route, tenant) if route.tiers.index(target.tier) > place)
    return next((target for target in below if ready(target)), None)


def first_tier(route: Route) -> str:
    """Return the tier that serves while all is well."""
    return min((target.tier for target in route.targets if target.weight), key=route.tiers.index)


def ranked(route: Route, tenant: str) -> list[Target]:
    """Return the targets that have a weight: tier by tier, the tenant's first choice of each tier first."""
    weighty = [target for target in route.targets if target.weight]
    asker = f"{route.role}/{tenant}"
    return sorted(weighty, key=lambda target: (route.tiers.index(target.tier), -_score(target, asker)))


def _score(target: Target, asker: str) -> float:
    number = int.from_bytes(blake2b(f"{asker}/{target.name}".encode(), digest_size=_BITS // 8).digest(), "little")
    return -target.weight / math.log((number + 1) / (2**_BITS + 2))

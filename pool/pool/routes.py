"""Chooses which target serves a request.

Weights share out tenants, not single requests: a tenant stays with its target while the weights stay, and when a
target gets more weight or goes away, only the tenants that must move do (weighted rendezvous hashing).
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
    ranked = sorted(route.targets, key=lambda target: -_score(target, f"{route.role}/{tenant}"))
    weighty = [target for target in ranked if target.weight]
    return next((target for target in weighty if ready(target)), weighty[0])


def _score(target: Target, asker: str) -> float:
    name = f"{asker}/{target.pool}/{target.model}/{target.version}"
    number = int.from_bytes(blake2b(name.encode(), digest_size=_BITS // 8).digest(), "little")
    return -target.weight / math.log((number + 1) / (2**_BITS + 2))

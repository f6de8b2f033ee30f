"""How much a tenant is drawn to a target, by hash: the same everywhere, and unrelated to every other pair."""

from __future__ import annotations

import math
from hashlib import blake2b
from typing import Final

from chassis.snapshot import Place

_BITS: Final = 64


def cost(role: str, tenant: str, place: Place) -> float:
    """Return the tenant's cost of that target, exponentially distributed; divided by weights, the least one wins."""
    name = f"{role}/{tenant}/{place.name}"
    number = int.from_bytes(blake2b(name.encode(), digest_size=_BITS // 8).digest(), "little")
    return -math.log((number + 1) / (2**_BITS + 2))

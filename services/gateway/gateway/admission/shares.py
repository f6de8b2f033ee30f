"""Who asks for more than an even part of what can be served: a line is that tenant's doing, and nobody else's.

What tenants asked for and what was served is remembered, and fades. Of what was served each tenant is due as much as
it asked for, or the level to which max-min fairness fills those that asked for more (Bertsekas and Gallager, Data
Networks, 1992, section 6.5.2).
"""

from __future__ import annotations

from collections.abc import Iterable
from math import exp, inf
from typing import Final

_LOOKS: Final = 10
"""How often the level is found anew while what is remembered fades to about a third."""

_FORGOTTEN: Final = 0.1
"""Calls below which a tenant is no longer remembered."""

_WORTH: Final = 0.1
"""Of what is served: what the modest ask for together, at least, for it to be worth the while to set room aside."""


class Shares:
    """What tenants of one kind of call asked for lately."""

    def __init__(self, now: float) -> None:
        self._asked: dict[str, float] = {}
        self._served = 0.0
        self._level = inf
        self._divided = False
        self._looked = now

    def asked(self, tenant: str) -> None:
        """Count a call, whatever becomes of it."""
        self._asked[tenant] = self._asked.get(tenant, 0.0) + 1

    def served(self) -> None:
        """Count a call whose turn has come."""
        self._served += 1

    def modest(self, tenant: str) -> bool:
        """Tell whether the tenant asked for no more than the part that is due to everybody."""
        return self._asked.get(tenant, 0.0) <= self._level

    @property
    def divided(self) -> bool:
        """Whether some ask for more than their part, and others do not, yet together for something that counts."""
        return self._divided

    def fade(self, now: float, memory: float) -> None:
        """Let what was counted fade; after `memory` seconds about a third of it is left."""
        passed = now - self._looked
        if passed < memory / _LOOKS:
            return
        left = exp(-passed / memory)
        self._served *= left
        self._asked = {tenant: calls * left for tenant, calls in self._asked.items() if calls * left > _FORGOTTEN}
        self._level = level(self._asked.values(), self._served)
        modest = sum(calls for calls in self._asked.values() if calls <= self._level)
        self._divided = self._level < inf and modest >= _WORTH * self._served
        self._looked = now


def level(asked: Iterable[float], served: float) -> float:
    """Return the most that any one can be given when all are given what they ask for up to it; infinite when all is."""
    wanted = sorted(asked)
    for place, calls in enumerate(wanted):
        even = served / (len(wanted) - place)
        if calls > even:
            return even
        served -= calls
    return inf

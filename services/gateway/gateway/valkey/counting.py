"""Usage, counted in Valkey by one script a step: by its clock, all or nothing, in one round trip.

All keys of a tenant carry its name as their hash tag, so that a step stays within one slot: a single Valkey and one in
cluster mode serve alike. Scripts are called by their digest, and loaded again by whoever finds that Valkey forgot them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from itertools import chain, groupby
from pathlib import Path
from typing import Final

from valkey.asyncio import Valkey

from gateway.limits.words import NAMES, Cost, Demand, Scope, Standing, Verdict
from gateway.valkey.connecting import asked

_SCRIPTS: Final = Path(__file__).parent / "scripts"
SECOND: Final = 1_000_000
CLOCK: Final = """
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000000 + time[2]
end
"""
"""Valkey's own: gateways need not agree about the time."""

Arguments = tuple[str | int, ...]

DAY: Final = 86_400_000
_MONTH: Final = 32 * DAY
_SHORTEST: Final = 120_000
"""Milliseconds for which levels are kept that nobody asks for: by then, a rate has forgotten everything."""

_ROW: Final = 5


class ValkeyCounts:
    """Counts what is used and reserved; `seconds` is the most that a call may take."""

    def __init__(self, client: Valkey, seconds: float, clock: str = CLOCK) -> None:
        self._client = client
        self._seconds = seconds
        shared = clock + (_SCRIPTS / "state.lua").read_text("utf-8")
        self._reserve, self._settle, self._renew = (
            client.register_script(shared + (_SCRIPTS / f"{name}.lua").read_text("utf-8"))
            for name in ("reserve", "settle", "renew")
        )

    async def reserve(self, demand: Demand, lease: float) -> Verdict:
        """Take from all limits or from none."""
        cost = demand.cost
        given: Arguments = (_hold(demand), cost.tokens, cost.money, round(lease * SECOND))
        async with asked("reserve", self._seconds):
            admitted, *rows = await self._reserve(keys=_keys(demand), args=[*given, *_scopes(demand, lease)])
        standings = [_standing(demand, rows[at : at + _ROW]) for at in range(0, len(rows), _ROW)]
        return Verdict(admitted=bool(admitted), standings=standings)

    async def settle(self, demand: Demand, used: Cost) -> None:
        """Turn holds into use."""
        given: Arguments = (_hold(demand), used.tokens, used.money, 0)
        async with asked("settle", self._seconds):
            await self._settle(keys=_keys(demand), args=[*given, *_scopes(demand, 0)])

    async def renew(self, demands: Sequence[Demand], lease: float) -> None:
        """Keep holds, with one call a tenant."""
        of = sorted(demands, key=_tenant)
        async with asked("renew", self._seconds):
            await asyncio.gather(*(self._renewed(list(its), lease) for _, its in groupby(of, _tenant)))

    async def ping(self) -> None:
        """Raise `Unavailable` when it does not answer."""
        async with asked("ping", self._seconds):
            await self._client.ping()

    async def _renewed(self, demands: Sequence[Demand], lease: float) -> None:
        keys = chain.from_iterable(map(_keys, demands))
        args: list[str | int] = [round(lease * SECOND)]
        for demand in demands:
            for scope in demand.scopes:
                args += (_hold(demand), _kept(scope, lease))
        await self._renew(keys=list(keys), args=args)


def _tenant(demand: Demand) -> str:
    return demand.tenant


def _hold(demand: Demand) -> str:
    return f"{demand.id} {demand.cost.tokens} {demand.cost.money}"


def _keys(demand: Demand) -> list[str]:
    start = f"forebay:{{{demand.tenant}}}:limits:"
    return [f"{start}{scope.name}:{part}" for scope in demand.scopes for part in ("state", "live")]


def _scopes(demand: Demand, lease: float) -> Iterable[int]:
    for scope in demand.scopes:
        yield from (-1 if most is None else most for most in scope.most)
        yield _kept(scope, lease)


def _kept(scope: Scope, lease: float) -> int:
    """Return for how many milliseconds a scope's keys have to be kept."""
    said = {name for name, most in zip(NAMES, scope.most, strict=True) if most is not None}
    if said & {"tokens_per_month", "money_per_month"}:
        return _MONTH
    return 2 * DAY if said & {"tokens_per_day", "money_per_day"} else max(_SHORTEST, round(4000 * lease))


def _standing(demand: Demand, row: Sequence[int]) -> Standing:
    scope, limit, remaining, reset, wait = row
    of = demand.scopes[scope - 1]
    most = of.most[limit - 1]
    return Standing(
        scope=of.name,
        limit=NAMES[limit - 1],
        most=most or 0,
        remaining=remaining,
        reset=reset / SECOND,
        wait=None if wait < 0 else wait / SECOND,
    )

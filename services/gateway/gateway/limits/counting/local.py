"""Counting within this process: what a gateway falls back to, and the rules that Valkey's scripts repeat."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from gateway.limits.counting.judging import Judgement, judged
from gateway.limits.counting.record import NEVER, Hold, Record
from gateway.limits.words import Amounts, Cost, Demand, Scope, Standing, Verdict

SECOND: Final = 1_000_000
_MOST: Final = 10_000
"""Scopes that are kept; beyond, those without anything held are forgotten, the longest untouched first."""


class LocalCounts:
    """Counts in memory; `share` is the part of each limit that is granted here, one in so many."""

    def __init__(self, share: int = 1, clock: Callable[[], float] = time.time) -> None:
        self._share = share
        self._clock = clock
        self._records: dict[tuple[str, str], Record] = {}

    async def reserve(self, demand: Demand, lease: float) -> Verdict:
        """Take from all limits or from none."""
        now = self._now()
        self._forget()
        records = [(scope, shared(scope.most, self._share), self._record(demand, scope)) for scope in demand.scopes]
        for _, most, record in records:
            record.advance(now, most)
        admitted = all(
            judgement.wait == 0 for _, most, record in records for judgement in judged(record, most, demand.cost, now)
        )
        before = [(scope, list(judged(record, most, demand.cost, now))) for scope, most, record in records]
        if not admitted:
            return Verdict(admitted=False, standings=_standings(before))
        for _, most, record in records:
            if most[0] is not None:
                record.requests.add(1)
            record.holds[demand.id] = Hold(now + round(lease * SECOND), demand.cost)
        after = [(scope, list(judged(record, most, Cost(), now))) for scope, most, record in records]
        standings = [replace(standing, wait=0.0) for standing in _standings(after)]
        return Verdict(admitted=True, standings=standings)

    async def settle(self, demand: Demand, used: Cost) -> None:
        """Turn holds into use."""
        now = self._now()
        for scope in demand.scopes:
            if record := self._records.get((demand.tenant, scope.name)):
                record.advance(now, shared(scope.most, self._share))
                record.settle(demand.id, used)

    async def renew(self, demands: Sequence[Demand], lease: float) -> None:
        """Keep holds."""
        until = self._now() + round(lease * SECOND)
        for demand in demands:
            for scope in demand.scopes:
                record = self._records.get((demand.tenant, scope.name))
                if record and (hold := record.holds.get(demand.id)):
                    hold.until = until

    async def ping(self) -> None:
        """Return: it is there."""

    def _record(self, demand: Demand, scope: Scope) -> Record:
        key = (demand.tenant, scope.name)
        record = self._records[key] = self._records.pop(key, Record())
        return record

    def _forget(self) -> None:
        for key in list(self._records)[: max(0, len(self._records) - _MOST)]:
            if not self._records[key].holds:
                del self._records[key]

    def _now(self) -> int:
        return int(self._clock() * SECOND)


def shared(most: Amounts, share: int) -> Amounts:
    """Return one in so many of each limit, and at least one."""
    return tuple(None if amount is None else max(1, amount // share) for amount in most)


def _standings(of: Sequence[tuple[Scope, Sequence[Judgement]]]) -> list[Standing]:
    return [
        Standing(
            scope=scope.name,
            limit=judgement.limit,
            most=judgement.most,
            remaining=judgement.remaining,
            reset=judgement.reset / SECOND,
            wait=None if judgement.wait == NEVER else judgement.wait / SECOND,
        )
        for scope, judgements in of
        for judgement in judgements
    ]

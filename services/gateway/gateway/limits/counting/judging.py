"""How each limit of a scope stands towards a request."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gateway.limits.counting.record import NEVER, SOON, Record, ends
from gateway.limits.words import NAMES, Amounts, Cost, Name

Judge = Callable[[Record, int, Cost, int], tuple[int, int, int]]
"""Says remaining, reset and wait."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One limit, in whole numbers; times are in microseconds."""

    limit: Name
    most: int
    remaining: int
    reset: int
    wait: int
    """0 when the request passes; `NEVER` when it cannot."""


def judged(record: Record, most: Amounts, cost: Cost, now: int) -> Iterator[Judgement]:
    """Yield a judgement for each limit that there is."""
    judges: tuple[Judge, ...] = (
        _requests,
        _tokens,
        _concurrent,
        *(_budget(money=False, month=month) for month in (False, True)),
        *(_budget(money=True, month=month) for month in (False, True)),
    )
    for name, amount, judge in zip(NAMES, most, judges, strict=True):
        if amount is not None:
            remaining, reset, wait = judge(record, amount, cost, now)
            yield Judgement(name, amount, remaining, reset, wait)


def _requests(record: Record, most: int, _: Cost, __: int) -> tuple[int, int, int]:
    return record.requests.room(most), record.requests.reset(most), max(0, record.requests.wait(1, most))


def _tokens(record: Record, most: int, cost: Cost, _: int) -> tuple[int, int, int]:
    held = record.held.tokens
    wait = max(0, record.tokens.wait(held + cost.tokens, most))
    if cost.tokens == 0:
        wait = 0
    elif cost.tokens > most:
        wait = NEVER
    elif wait and held + cost.tokens > most:
        wait = max(SOON, record.tokens.wait(cost.tokens, most))
    return max(0, record.tokens.room(most) - held), record.tokens.reset(most), wait


def _concurrent(record: Record, most: int, _: Cost, __: int) -> tuple[int, int, int]:
    free = max(0, most - len(record.holds))
    return free, 0, 0 if free else SOON


class _budget:  # noqa: N801 - a judge with two settings, used as a function
    def __init__(self, *, money: bool, month: bool) -> None:
        self._money, self._month = money, month

    def __call__(self, record: Record, most: int, cost: Cost, now: int) -> tuple[int, int, int]:
        used = self._of(record.in_month if self._month else record.in_day)
        held, more = self._of(record.held), self._of(cost)
        end = ends(now)[self._month]
        wait = 0
        if more and used + held + more > most:
            wait = NEVER if more > most else end if used + more > most else SOON
        return max(0, most - used - held), end, wait

    def _of(self, cost: Cost) -> int:
        return cost.money if self._money else cost.tokens

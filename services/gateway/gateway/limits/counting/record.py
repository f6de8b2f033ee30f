"""What has been used and reserved in one scope: the rules of counting.

What is reserved is held, and neither leaks nor counts as used; once it is settled, what was really used goes into the
bucket and the budgets of that moment. Used and held together never exceed a limit, so what is used never does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from gateway.limits.counting.bucket import Bucket
from gateway.limits.words import Amounts, Cost

SOON: Final = 1_000_000
"""Microseconds to wait for what others hold: nobody knows when they are done."""

NEVER: Final = -1
"""Such a request is larger than the limit."""

DAY: Final = 86_400_000_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO: Final = timedelta(microseconds=1)
_NOTHING: Final = Cost()


@dataclass(slots=True)
class Hold:
    """A reservation."""

    until: int
    cost: Cost


@dataclass(slots=True)
class Record:
    """The state of one scope; times are in microseconds since 1970, UTC."""

    requests: Bucket = field(default_factory=Bucket)
    tokens: Bucket = field(default_factory=Bucket)
    holds: dict[str, Hold] = field(default_factory=dict)
    day: int = 0
    month: int = 0
    """When the periods began that the next two count in."""

    in_day: Cost = _NOTHING
    in_month: Cost = _NOTHING

    def advance(self, now: int, most: Amounts) -> None:
        """Come to this moment: rates leak, periods begin anew, and what the dead held is used up."""
        if most[0] is not None:
            self.requests.leak(now, most[0])
        if most[1] is not None:
            self.tokens.leak(now, most[1])
        day, month = periods(now)
        if day > self.day:
            self.day, self.in_day = day, _NOTHING
        if month > self.month:
            self.month, self.in_month = month, _NOTHING
        for identifier in [identifier for identifier, hold in self.holds.items() if hold.until <= now]:
            self.settle(identifier, self.holds[identifier].cost)

    def settle(self, identifier: str, used: Cost) -> None:
        """Turn a hold into use, if there still is one of that name."""
        if self.holds.pop(identifier, None) is not None:
            self.tokens.add(used.tokens)
            self.in_day = plus(self.in_day, used)
            self.in_month = plus(self.in_month, used)

    @property
    def held(self) -> Cost:
        """What all holds may still use."""
        return Cost(
            sum(hold.cost.tokens for hold in self.holds.values()), sum(hold.cost.money for hold in self.holds.values())
        )


def plus(one: Cost, other: Cost) -> Cost:
    """Add two costs."""
    return Cost(one.tokens + other.tokens, one.money + other.money)


def periods(now: int) -> tuple[int, int]:
    """Return when the day and the month of that moment began."""
    day = _moment(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return (day - _EPOCH) // _MICRO, (day.replace(day=1) - _EPOCH) // _MICRO


def ends(now: int) -> tuple[int, int]:
    """Return the microseconds until the day and the month of that moment end."""
    day, month = periods(now)
    following = (_moment(month) + timedelta(days=31)).replace(day=1)
    return day + DAY - now, (following - _EPOCH) // _MICRO - now


def _moment(now: int) -> datetime:
    return _EPOCH + now * _MICRO

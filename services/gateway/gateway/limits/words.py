"""What limits are spoken of with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Final, Literal

from chassis.snapshot import Limits

Name = Literal[
    "requests_per_minute",
    "tokens_per_minute",
    "concurrent",
    "tokens_per_day",
    "tokens_per_month",
    "money_per_day",
    "money_per_month",
]

NAMES: Final[tuple[Name, ...]] = (
    "requests_per_minute",
    "tokens_per_minute",
    "concurrent",
    "tokens_per_day",
    "tokens_per_month",
    "money_per_day",
    "money_per_month",
)
"""In the order in which they travel."""

MILLIONTHS: Final = Decimal(1_000_000)
"""Money is counted in whole millionths of the currency, rounded up."""

Amounts = tuple[int | None, ...]
"""The most of each of `NAMES`; None where there is no limit."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one request takes besides itself."""

    tokens: int = 0
    """Of the language model, read and written."""

    money: int = 0
    """Millionths of the currency."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose use is limited."""

    name: str
    """`tenant`, `key:<id>` or `model:<role>`, within a tenant."""

    most: Amounts


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What one request asks of all limits that hold for it."""

    id: str
    """The reservation's name: settled once, however often that is asked for."""

    tenant: str
    scopes: tuple[Scope, ...]
    cost: Cost
    """The most that it may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one limit stands after a decision."""

    scope: str
    limit: Name
    most: int
    remaining: int
    reset: float
    """Seconds until all of it is there again, if nobody asks."""

    wait: float | None = 0.0
    """Seconds until the request that was refused would pass, if nobody else asks; None when it never will."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """All limits said yes, or at least one said no and nothing was taken from any."""

    admitted: bool
    standings: Sequence[Standing] = ()

    @property
    def refusing(self) -> Standing | None:
        """Return the limit that keeps the request out the longest."""
        against = [standing for standing in self.standings if standing.wait != 0]
        return max(against, key=_longest, default=None)


def _longest(standing: Standing) -> float:
    return float("inf") if standing.wait is None else standing.wait


def amounts(limits: Limits) -> Amounts:
    """Return limits in whole numbers, in the order of `NAMES`."""
    said: Mapping[str, int | Decimal | None] = {name: getattr(limits, name) for name in NAMES}
    return tuple(millionths(most) if isinstance(most, Decimal) else most for most in said.values())


def millionths(money: Decimal) -> int:
    """Return money in whole millionths, rounded up."""
    return int((money * MILLIONTHS).to_integral_value(ROUND_CEILING))

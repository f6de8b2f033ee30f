"""What work costs by a price list, exactly."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from chassis.snapshot import PriceList
from gateway.visits.account import Spent

_TOKENS: Final = Decimal(1_000_000)
_INFERENCES: Final = Decimal(1_000)


def price(spent: Iterable[Spent], prices: PriceList) -> Decimal:
    """Return the price of the work, in the list's currency."""
    return sum((_price(one, prices) for one in spent if one.model), Decimal(0))


def _price(one: Spent, prices: PriceList) -> Decimal:
    per = prices.price(one.model)
    tokens = one.input_tokens * per.input_tokens + one.output_tokens * per.output_tokens
    return tokens / _TOKENS + one.inferences * per.inferences / _INFERENCES

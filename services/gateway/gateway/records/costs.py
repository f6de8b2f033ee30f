"""What the work of a step costs, by a price list."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from chassis.snapshot import PriceList
from gateway.visits.account import Spent

_MILLION: Final = Decimal(1_000_000)
_THOUSAND: Final = Decimal(1_000)


def cost(spent: Spent, prices: PriceList) -> Decimal:
    """Return the money that a step costs, exactly; what the list does not say is free."""
    if not prices.prices or not spent.model:
        return Decimal(0)
    price = prices.price(spent.model)
    return (
        price.input_tokens * spent.input_tokens / _MILLION
        + price.output_tokens * spent.output_tokens / _MILLION
        + price.inferences * spent.inferences / _THOUSAND
    )


def total(spent: Iterable[Spent], prices: PriceList) -> Decimal:
    """Return the money that all steps cost."""
    return sum((cost(one, prices) for one in spent), Decimal(0))


def written(money: Decimal) -> str:
    """Return the money as a plain decimal number, without an exponent and without zeros at the end."""
    return f"{money.normalize():f}"

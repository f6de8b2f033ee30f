"""What tenants may use, how their answers are cached, and what is kept of their requests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from chassis.fields import Name
from chassis.snapshot.frozen import Frozen
from chassis.snapshot.prompts import PromptLabel

Count = Annotated[int, Field(ge=1, le=10**15)]
Money = Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=6)]
Seconds = Annotated[float, Field(gt=0, le=31_536_000)]


class Priority(StrEnum):
    """Who goes first when not everybody can be served in time."""

    INTERACTIVE = "interactive"
    STANDARD = "standard"
    BATCH = "batch"


class Limits(Frozen):
    """The most that one tenant, key or model may use; what is not said is not limited."""

    requests_per_minute: Count | None = None
    tokens_per_minute: Count | None = None
    """Tokens of the language model, read and written."""

    concurrent: Annotated[int, Field(ge=1, le=100_000)] | None = None
    """Requests under way at once."""

    tokens_per_day: Count | None = None
    tokens_per_month: Count | None = None
    """By the calendar, in UTC."""

    money_per_day: Money | None = None
    money_per_month: Money | None = None
    """In the currency of the price list, by the calendar, in UTC."""


class Caching(Frozen):
    """Whether and for how long answers may be given again."""

    exact: bool = True
    """The same question again."""

    near: bool = False
    """Another question that means the same."""

    seconds: Seconds = 3600
    """How long an answer is kept."""


class Recording(Frozen):
    """What is kept of a request besides who, what for, how much and with which versions."""

    text: Literal["stored", "hashed", "left-out"] = "hashed"
    """Question and answer: as they are, as salted hashes, or not at all."""

    days: Annotated[int, Field(ge=1, le=3650)] = 400
    """How long stored texts are kept."""


class Policy(Frozen):
    """What holds for the tenants that name it."""

    name: Name = "default"
    tenant: Limits = Limits()
    """For each tenant as a whole."""

    key: Limits = Limits()
    """For each key or user of a tenant."""

    models: dict[Name, Limits] = Field(default={}, max_length=64)
    """For each tenant's use of a model, by the model's role."""

    priority: Priority = Priority.STANDARD
    """The highest priority that a request may ask for, and the one that it has when it asks for none."""

    without_counts: Literal["share", "closed"] = "share"
    """When usage cannot be counted across gateways: each gateway grants its share, or nobody is served."""

    prompt: PromptLabel | None = None
    """The template of answers, one of the snapshot's; None leaves it to the orchestrator."""

    caching: Caching = Caching()
    recording: Recording = Recording()


class Price(Frozen):
    """What a model's work costs."""

    model: Annotated[str, Field(min_length=1, max_length=128)]
    """The model's name."""

    input_tokens: Money = Decimal(0)
    """A million tokens read."""

    output_tokens: Money = Decimal(0)
    """A million tokens written."""

    inferences: Money = Decimal(0)
    """A thousand inferences: texts embedded, passages reranked."""


class PriceList(Frozen):
    """What everything costs, at one version."""

    version: Annotated[int, Field(ge=0)] = 0
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "EUR"
    prices: Annotated[tuple[Price, ...], Field(max_length=256)] = ()

    @model_validator(mode="after")
    def _one_price_a_model(self) -> Self:
        unique("prices", (price.model for price in self.prices))
        return self

    def price(self, model: str) -> Price:
        """Return what the model costs: nothing when the list does not say."""
        return next((price for price in self.prices if price.model == model), Price(model=model))


def unique(kind: str, names: Iterable[str]) -> None:
    """Raise ValueError when a name stands in the list twice."""
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if twice:
        raise ValueError(f"{kind} list {', '.join(twice)} more than once")

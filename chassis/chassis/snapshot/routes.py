"""Which targets serve a role: models of pools and tracks of services, by one type."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from chassis import edges
from chassis.fields import Name
from chassis.snapshot.frozen import Frozen
from chassis.snapshot.policies import unique

Weight = Annotated[int, Field(ge=0, le=1_000_000)]
Address = Annotated[
    str, StringConstraints(pattern=r"^(?:(?:dns:///|ipv4:|ipv6:)?[A-Za-z0-9._:\[\]-]+:[0-9]{1,5})?$", max_length=255)
]


class Kind(StrEnum):
    """What plays a role."""

    MODEL = "model"
    """A model in a Triton pool."""

    SERVICE = "service"
    """A track of one of our services, such as a canary."""


class Place(Frozen):
    """Where calls go: to a model of a pool, or to the address of a service's track."""

    pool: Annotated[str, StringConstraints(pattern=r"^(?:[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?)?$")] = ""
    """The Triton pool, such as `embedding`."""

    model: Annotated[str, StringConstraints(pattern=r"^(?:[A-Za-z0-9][A-Za-z0-9._-]{0,127})?$")] = ""
    """The model's name in that pool's repository."""

    version: Annotated[str, StringConstraints(pattern=r"^[0-9]{0,9}$")] = ""
    """The model's version; empty lets the server choose the newest."""

    address: Address = ""
    """The gRPC address of a service's track, such as `dns:///orchestrator-canary:50061`."""

    @model_validator(mode="after")
    def _one_kind_of_place(self) -> Self:
        if bool(self.address) == bool(self.pool or self.model or self.version):
            raise ValueError("must name either pool and model, or an address")
        if not self.address and not (self.pool and self.model):
            raise ValueError("must name both pool and model")
        return self

    @property
    def kind(self) -> Kind:
        """Whether this is a model or a track of a service."""
        return Kind.SERVICE if self.address else Kind.MODEL

    @property
    def name(self) -> str:
        """How the place is called in metrics, spans and records: `pool/model@version`, or the address."""
        if self.address:
            return self.address
        return f"{self.pool}/{self.model}@{self.version}" if self.version else f"{self.pool}/{self.model}"


class Target(Place):
    """One of those who serve a role."""

    weight: Weight = 1
    """The share of the tenants, relative to the other targets of the same tier; 0 is none."""

    tier: Name = "standard"
    """Who goes first: tiers are tried in the route's order."""


class Shadow(Place):
    """Who is asked as well, without anybody seeing its answers."""

    share: Annotated[float, Field(gt=0, le=1)] = 0.01
    """The part of the calls that it sees, too."""

    in_flight: Annotated[int, Field(ge=1, le=1024)] = 1
    """The most of its calls under way at once, per process."""

    per_second: Annotated[float, Field(gt=0, le=10_000)] = 1.0
    """The most of its calls in a second, per process."""

    seconds: Annotated[float, Field(gt=0, le=600)] = 10.0
    """How long one of its calls may take."""


class Route(Frozen):
    """Which targets serve a role."""

    role: Name
    """What is asked for: a model's role, such as `generator`, or a service, such as `orchestrator`."""

    targets: Annotated[tuple[Target, ...], Field(min_length=1, max_length=16)]

    tiers: Annotated[tuple[Name, ...], Field(min_length=1, max_length=8)] = ("large", "standard", "small")
    """The order in which tiers are tried; the next one serves when none of a tier's targets can."""

    shadow: Shadow | None = None

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        unique("tiers", self.tiers)
        unique("targets", (target.name for target in self.targets))
        if not any(target.weight for target in self.targets):
            raise ValueError("must give at least one target a weight above zero")
        for target in self.targets:
            if target.tier not in self.tiers:
                raise ValueError(f"target {target.name} is of tier {target.tier}, which is not among the route's tiers")
        if any(place.kind is not self.kind for place in self.places()):
            raise ValueError("must have targets of one kind: models of pools, or addresses of a service")
        return self

    @model_validator(mode="after")
    def _fits_its_service(self) -> Self:
        if self.kind is Kind.SERVICE and self.role not in edges.CALLED:
            raise ValueError(f"no service calls a service named {self.role}")
        if self.shadow is None:
            return self
        if self.kind is Kind.SERVICE and self.role in edges.WRITERS:
            raise ValueError(f"{self.role} changes what it is called with, so it can have no shadow")
        if any(target.weight and target.name == self.shadow.name for target in self.targets):
            raise ValueError(f"shadow {self.shadow.name} serves already")
        return self

    @property
    def kind(self) -> Kind:
        """Whether models or tracks of a service play the role."""
        return self.targets[0].kind

    @property
    def key(self) -> str:
        """What no two routes of a table have in common; a model's role may be a service's name, too."""
        return f"{self.kind}/{self.role}"

    def places(self) -> Iterator[Place]:
        """Yield the targets, then the shadow if there is one."""
        yield from self.targets
        if self.shadow is not None:
            yield self.shadow

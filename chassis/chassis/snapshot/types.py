"""The types of a snapshot, frozen and checked."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from chassis.fields import Group, Name, TenantName
from chassis.snapshot.frozen import Frozen
from chassis.snapshot.issuers import Issuer
from chassis.snapshot.keys import matches
from chassis.snapshot.policies import Policy, PriceList, unique
from chassis.snapshot.routes import Kind, Route


class Tenant(Frozen):
    """A team with documents of its own."""

    name: TenantName
    policy: Name = "default"
    """The policy that holds for it."""


class Key(Frozen):
    """What is kept of an API key, and what its bearer may be."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,32}$")]
    """The public half of the key."""

    tenant: TenantName

    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    """The digest of the secret half."""

    groups: Annotated[frozenset[Group], Field(max_length=64)] = frozenset()
    """The groups of readers that the bearer belongs to, besides `everyone`."""

    roles: Annotated[frozenset[Name], Field(max_length=16)] = frozenset()
    """What the bearer may do, such as `reader` or `writer`."""

    def matches(self, secret: str) -> bool:
        """Tell in constant time whether this is the key's secret."""
        return matches(secret, self.sha256)


class Snapshot(Frozen):
    """Everything that the control plane says, at one version."""

    version: Annotated[int, Field(ge=0)]
    """Rises with each change; recorded with every request."""

    tenants: tuple[Tenant, ...] = ()
    keys: tuple[Key, ...] = ()
    issuers: tuple[Issuer, ...] = ()
    routes: tuple[Route, ...] = ()
    policies: tuple[Policy, ...] = ()
    """A policy called `default` that is not listed is that of `Policy()`."""

    prices: PriceList = PriceList()

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        unique("tenants", (tenant.name for tenant in self.tenants))
        unique("keys", (key.id for key in self.keys))
        unique("issuers", (issuer.name for issuer in self.issuers))
        unique("issuers", (f"{issuer.issuer} for {issuer.audience}" for issuer in self.issuers))
        unique("routes", (route.key for route in self.routes))
        unique("policies", (policy.name for policy in self.policies))
        named = {policy.name for policy in self.policies} | {Policy().name}
        for tenant in self.tenants:
            if tenant.policy not in named:
                raise ValueError(f"tenant {tenant.name} has policy {tenant.policy}, which is not listed")
        known = {tenant.name for tenant in self.tenants}
        for key in self.keys:
            if key.tenant not in known:
                raise ValueError(f"key {key.id} belongs to tenant {key.tenant}, which is not listed")
        for issuer in self.issuers:
            if unlisted := sorted(issuer.possible - known):
                raise ValueError(f"issuer {issuer.name} leads to tenant {unlisted[0]}, which is not listed")
        return self

    def key(self, identifier: str) -> Key | None:
        """Return the key of that id, if there is one."""
        return next((key for key in self.keys if key.id == identifier), None)

    def policy(self, tenant: str) -> Policy:
        """Return what holds for the tenant."""
        wanted = next((known.policy for known in self.tenants if known.name == tenant), Policy().name)
        return next((policy for policy in self.policies if policy.name == wanted), Policy())

    def route(self, role: str, kind: Kind = Kind.MODEL) -> Route | None:
        """Return the route of that role, if there is one."""
        return next((route for route in self.routes if (route.kind, route.role) == (kind, role)), None)

"""The types of a snapshot, frozen and checked."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from chassis.fields import Group, Name, TenantName
from chassis.snapshot.agreement import agreed
from chassis.snapshot.frozen import Frozen
from chassis.snapshot.issuers import Issuer
from chassis.snapshot.keys import matches
from chassis.snapshot.policies import Policy, PriceList
from chassis.snapshot.prompts import Prompt
from chassis.snapshot.routes import Kind, Route


class Tenant(Frozen):
    """A team with documents of its own."""

    name: TenantName
    policy: Name = "default"
    """The policy that holds for it."""


Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""The SHA-256 of a secret, in lower-case hexadecimal."""


class Former(Frozen):
    """The secret that a key had before it got another one."""

    sha256: Digest
    until: AwareDatetime
    """From when on it is good no more."""


class Key(Frozen):
    """What is kept of an API key, and what its bearer may be."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,32}$")]
    """The public half of the key."""

    tenant: TenantName

    sha256: Digest
    """The digest of the secret half."""

    groups: Annotated[frozenset[Group], Field(max_length=64)] = frozenset()
    """The groups of readers that the bearer belongs to, besides `everyone`."""

    roles: Annotated[frozenset[Name], Field(max_length=16)] = frozenset()
    """What the bearer may do, `read`, `write`, `admin` or `operator`."""

    expires: AwareDatetime | None = None
    """From when on the key is good no more, with whichever secret; None: never."""

    former: Former | None = None
    """The secret before the last rotation, while it is good yet."""

    def matches(self, secret: str) -> bool:
        """Tell in constant time whether this is the key's secret."""
        return matches(secret, self.sha256)

    def accepts(self, secret: str, now: datetime) -> bool:
        """Tell in constant time whether the secret is one of the key's, and good at that moment."""
        newest = self.matches(secret)
        former = matches(secret, self.sha256 if self.former is None else self.former.sha256)
        known = newest or (former and self.former is not None and now < self.former.until)
        return known and (self.expires is None or now < self.expires)


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

    prompts: tuple[Prompt, ...] = ()
    """Templates besides those that come with the orchestrator; one of the same name and version goes before those."""

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        agreed(self)
        return self

    def key(self, identifier: str) -> Key | None:
        """Return the key of that id, if there is one."""
        return next((key for key in self.keys if key.id == identifier), None)

    def policy(self, tenant: str) -> Policy:
        """Return what holds for the tenant."""
        wanted = next((known.policy for known in self.tenants if known.name == tenant), Policy().name)
        return next((policy for policy in self.policies if policy.name == wanted), Policy())

    def prompt(self, label: str) -> Prompt | None:
        """Return the template of that name and version, if there is one."""
        return next((prompt for prompt in self.prompts if prompt.label == label), None)

    def route(self, role: str, kind: Kind = Kind.MODEL) -> Route | None:
        """Return the route of that role, if there is one."""
        return next((route for route in self.routes if (route.kind, route.role) == (kind, role)), None)

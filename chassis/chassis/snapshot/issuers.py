"""Identity providers whose tokens are accepted beside API keys."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from chassis.fields import Group, Line, Name, TenantName
from chassis.snapshot.frozen import Frozen

Algorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519"]
"""Signatures with a pair of keys; `none` and those with a shared secret are not to be had."""

Claim = Annotated[Line, Field(max_length=256)]
"""The name of a claim, or names joined by dots where one lies in another: `realm_access.roles`."""


def _safe(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme == "https" and parts.hostname and not parts.username and not parts.fragment:
        return address
    if parts.scheme == "http" and _loopback(parts.hostname or ""):
        return address
    raise ValueError("must be an https:// address without a user or a fragment; http:// is for this machine alone")


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Issuer(Frozen):
    """Who signs tokens, how they are checked, and what they say of their bearers."""

    name: Name
    """How it is called here; part of the name of each of its users."""

    issuer: Annotated[Line, Field(max_length=512)]
    """What its tokens have in `iss`, to the letter."""

    audience: Annotated[Line, Field(max_length=256)]
    """What its tokens must have in `aud`, alone or among others."""

    jwks_url: Annotated[Line, Field(max_length=2048), AfterValidator(_safe)]
    """Where its public keys are."""

    algorithms: Annotated[tuple[Algorithm, ...], Field(min_length=1, max_length=8)] = ("RS256",)
    """The signatures that are accepted, whatever a token's header says."""

    parties: Annotated[tuple[Line, ...], Field(max_length=64)] = ()
    """Whom its tokens may have been made for, as `azp` or `client_id` says; empty accepts any."""

    leeway: Annotated[float, Field(ge=0, le=300)] = 30
    """Seconds by which its clock may differ from ours."""

    tenant: TenantName | None = None
    """The tenant of all of its users; or else `tenant_claim` says it."""

    tenant_claim: Claim | None = None
    """The claim that names a user's tenant."""

    tenants: Annotated[frozenset[TenantName], Field(max_length=10_000)] = frozenset()
    """The tenants that the claim may name."""

    groups_claim: Claim | None = "groups"
    """The claim that lists a user's groups of readers; what is no name of a group is left out."""

    groups: dict[Claim, Group] = Field(default={}, max_length=1024)
    """What a group is called here, by what it is called there; if any is said, the rest is left out."""

    roles_claim: Claim | None = "roles"
    """The claim that lists what a user may do."""

    roles: dict[Claim, frozenset[Name]] = Field(default={}, max_length=64)
    """Roles here, by what the claim says: `{forebay-users: [read]}`. What is not listed gives nothing."""

    everyone: Annotated[frozenset[Name], Field(max_length=16)] = frozenset()
    """Roles of each of its users."""

    @model_validator(mode="after")
    def _one_way_to_a_tenant(self) -> Self:
        if (self.tenant is None) == (self.tenant_claim is None):
            raise ValueError("must have either tenant or tenant_claim")
        if self.tenant_claim is not None and not self.tenants:
            raise ValueError("must list in tenants what tenant_claim may name")
        return self

    @property
    def possible(self) -> frozenset[str]:
        """Return every tenant that a token of it may lead to."""
        return self.tenants if self.tenant is None else frozenset({self.tenant})

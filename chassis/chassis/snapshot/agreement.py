"""What the parts of a snapshot must agree on among themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from chassis.snapshot.policies import Policy, unique

if TYPE_CHECKING:
    from chassis.snapshot.types import Snapshot


class Disagreement(ValueError):
    """A part names another that is not there; `place` is the path to it, as pydantic writes paths."""

    def __init__(self, why: str, *place: int | str) -> None:
        super().__init__(why)
        self.place = place


def agreed(snapshot: Snapshot) -> None:
    """Raise ValueError, where one can tell a `Disagreement`, unless names are unique and what is named is there."""
    for kind, names in _names(snapshot):
        unique(kind, names)
    for failure in (*_policies(snapshot), *_tenants(snapshot)):
        raise failure


def _names(snapshot: Snapshot) -> Iterator[tuple[str, Iterable[str]]]:
    yield "tenants", (tenant.name for tenant in snapshot.tenants)
    yield "keys", (key.id for key in snapshot.keys)
    yield "issuers", (issuer.name for issuer in snapshot.issuers)
    yield "issuers", (f"{issuer.issuer} for {issuer.audience}" for issuer in snapshot.issuers)
    yield "routes", (route.key for route in snapshot.routes)
    yield "policies", (policy.name for policy in snapshot.policies)
    yield "prompts", (prompt.label for prompt in snapshot.prompts)


def _policies(snapshot: Snapshot) -> Iterator[Disagreement]:
    labels = {prompt.label for prompt in snapshot.prompts}
    for place, policy in enumerate(snapshot.policies):
        if policy.prompt is not None and policy.prompt not in labels:
            why = f"policy {policy.name} has prompt {policy.prompt}, which is not listed"
            yield Disagreement(why, "policies", place, "prompt")
    named = {policy.name for policy in snapshot.policies} | {Policy().name}
    for place, tenant in enumerate(snapshot.tenants):
        if tenant.policy not in named:
            why = f"tenant {tenant.name} has policy {tenant.policy}, which is not listed"
            yield Disagreement(why, "tenants", place, "policy")


def _tenants(snapshot: Snapshot) -> Iterator[Disagreement]:
    known = {tenant.name for tenant in snapshot.tenants}
    for place, key in enumerate(snapshot.keys):
        if key.tenant not in known:
            why = f"key {key.id} belongs to tenant {key.tenant}, which is not listed"
            yield Disagreement(why, "keys", place, "tenant")
    for place, issuer in enumerate(snapshot.issuers):
        if unlisted := sorted(issuer.possible - known):
            why = f"issuer {issuer.name} leads to tenant {unlisted[0]}, which is not listed"
            yield Disagreement(why, "issuers", place)

"""The kinds of resources: one table. A kind is a part of the snapshot whose name stands outside of its spec."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from chassis.errors import NotFound
from chassis.snapshot import Issuer, Key, Policy, PriceList, Prompt, Route, Tenant
from chassis.snapshot import Kind as Plays
from chassis.snapshot.frozen import Frozen

Fields = Mapping[str, Any]


def _called(field: str) -> Callable[[str], Fields]:
    return lambda name: {field: name}


def _prompt(name: str) -> Fields:
    name, _, version = name.partition("@")
    return {"name": name, "version": version}


def _route_name(route: Any) -> str:
    return str(route.role) if route.kind is Plays.MODEL else f"{route.role}-service"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of resource."""

    name: str
    part: str
    """The field of the snapshot that lists them."""

    model: type[Frozen]
    named: Callable[[str], Fields]
    """The fields that the resource's name stands for."""

    naming: Callable[[Any], str]
    """The name of a resource that is made from a part of a snapshot."""

    free: bool = False
    """Whether the spec may give these fields other values: the name is then a label of its own."""

    single: bool = False
    """Whether there is but one, called `default`, and the snapshot holds it as such."""


KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            Kind(name="Tenant", part="tenants", model=Tenant, named=_called("name"), naming=lambda one: one.name),
            Kind(name="Key", part="keys", model=Key, named=_called("id"), naming=lambda one: one.id),
            Kind(name="Issuer", part="issuers", model=Issuer, named=_called("name"), naming=lambda one: one.name),
            Kind(name="Policy", part="policies", model=Policy, named=_called("name"), naming=lambda one: one.name),
            Kind(name="Prompt", part="prompts", model=Prompt, named=_prompt, naming=lambda one: one.label),
            Kind(name="Route", part="routes", model=Route, named=_called("role"), naming=_route_name, free=True),
            Kind(
                name="PriceList",
                part="prices",
                model=PriceList,
                named=lambda _: {},
                naming=lambda _: "default",
                single=True,
            ),
        )
    }
)
"""By name. A new kind takes a line here and a field of `chassis.snapshot.Snapshot`."""


def kind_of(name: str) -> Kind:
    """Return the kind of that name, however it is written; raise `NotFound` when there is none."""
    wanted = name.lower()
    for kind in KINDS.values():
        if wanted in _spellings(kind):
            return kind
    raise NotFound(f"there is no kind {name[:64]!r}; there are {', '.join(KINDS)}", reason="UNKNOWN_KIND")


def _spellings(kind: Kind) -> Sequence[str]:
    return kind.name.lower(), f"{kind.name.lower()}s", kind.part

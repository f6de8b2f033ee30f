"""What has to change so that our routes are those of the cluster.

A Route resource is kept under its own name with a prefix, and takes the place of whatever route has the same role: in a
cluster its resources lead. Where two of them claim one role, the older one has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from pydantic import ValidationError

from chassis.snapshot import Route
from chassis.validation import invalid
from control.mirroring.words import Found, Verdict
from control.resources.kinds import KINDS
from control.resources.specs import part, spec_of
from control.resources.words import Book, Change, Ref, Spec

PREFIX: Final = "kubernetes."
KIND: Final = KINDS["Route"]
_LONGEST: Final = 63 - len(PREFIX)

INVALID: Final = "Invalid"
CONFLICT: Final = "Conflict"

Accepted = Mapping[str, tuple[Found, Route]]
"""By the route's key."""


def judged(found: Sequence[Found]) -> tuple[Accepted, Sequence[Verdict]]:
    """Return the resources that become routes, and what is wrong with the others."""
    accepted: dict[str, tuple[Found, Route]] = {}
    refused = []
    for one in sorted(found, key=lambda one: (one.created, one.name)):
        if len(one.name) > _LONGEST:
            refused.append(_refusal(one, INVALID, f"metadata.name must have at most {_LONGEST} characters"))
            continue
        try:
            route = Route.model_validate(one.spec)
        except ValidationError as failure:
            refused.append(_refusal(one, INVALID, _said(failure)))
            continue
        if (holder := accepted.get(route.key)) is not None:
            why = f"{route.kind} {route.role} has the route {holder[0].name}, which is older"
            refused.append(_refusal(one, CONFLICT, why))
        else:
            accepted[route.key] = one, route
    return accepted, refused


def mirrored(book: Book, accepted: Accepted, refused: Sequence[Verdict]) -> list[Change]:
    """Return the changes by kind and name; none when all is so already.

    What a resource said when it was last right goes on to hold while it is wrong.
    """
    kept = {Ref(KIND.name, PREFIX + one.name) for one in refused if one.reason == INVALID}
    wanted = {Ref(KIND.name, PREFIX + one.name): _spec(one, route) for one, route in accepted.values()}
    changes = [
        Change(ref, None if (now := book.resources.get(ref)) is None else now.spec, spec)
        for ref, spec in wanted.items()
        if ref not in book.resources or book.resources[ref].spec != spec
    ]
    return sorted((*changes, *_gone(book, wanted.keys() | kept, accepted)), key=lambda change: change.ref)


def verdicts(accepted: Accepted, refused: Sequence[Verdict], version: int) -> list[Verdict]:
    """Return what each resource is told once the routes hold at that version."""
    told = (
        Verdict(
            name=one.name,
            generation=one.generation,
            accepted=True,
            reason="Accepted",
            message=f"{route.kind} {route.role} is shared out as it says",
            version=version,
        )
        for one, route in accepted.values()
    )
    return [*told, *refused]


def _gone(book: Book, staying: AbstractSet[Ref], accepted: Accepted) -> Iterator[Change]:
    """Yield the end of each route whose resource is gone, or whose role a resource has taken."""
    wanted = {Ref(KIND.name, PREFIX + one.name) for one, _ in accepted.values()}
    for ref, resource in book.resources.items():
        if ref.kind != KIND.name or ref in wanted:
            continue
        route = part(KIND, ref.name, resource.spec, resource.version)
        taken = isinstance(route, Route) and route.key in accepted
        if taken or (ref.name.startswith(PREFIX) and ref not in staying):
            yield Change(ref, resource.spec, None)


def _spec(one: Found, route: Route) -> Spec:
    return spec_of(KIND, PREFIX + one.name, route, keep=frozenset({"role"}))


def _said(failure: ValidationError) -> str:
    return "; ".join(f"{violation.field} {violation.why}" for violation in invalid(failure).violations)


def _refusal(one: Found, reason: str, message: str) -> Verdict:
    return Verdict(name=one.name, generation=one.generation, accepted=False, reason=reason, message=message, version=0)

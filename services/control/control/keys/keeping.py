"""Makes keys, gives them other secrets, ends them. Only digests are kept; a secret is told once."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from chassis.errors import AlreadyExists, InvalidArgument, NotFound, Violation
from chassis.identity import Identity
from chassis.snapshot import Former, Key, new_key
from control.changing.authority import author, check_admin, check_roles, sees
from control.changing.changes import Changes
from control.ports import Store
from control.resources.building import Misfit
from control.resources.kinds import KINDS
from control.resources.specs import part, spec_of
from control.resources.words import Book, Change, Ref, Resource, Spec

KIND = KINDS["Key"]


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """The key that somebody wants."""

    id: str
    tenant: str
    roles: frozenset[str]
    groups: frozenset[str]
    lifetime: timedelta | None


class Kept(NamedTuple):
    """What is kept of a key."""

    key: Key
    changed: datetime | None


class Told(NamedTuple):
    """A key with its secret, which is told this once."""

    key: Key
    secret: str


class Keys:
    """Keeps keys; they are resources like others, and every change of them is a revision."""

    def __init__(self, store: Store, changes: Changes, clock: Callable[[], datetime] = _now) -> None:
        self._store = store
        self._changes = changes
        self._clock = clock

    async def create(self, who: Identity, wanted: NewKey) -> Told:
        """Make a key; raise `AlreadyExists` when there is one of its id."""
        check_admin(who)
        check_roles(who, wanted.roles)
        tenant = wanted.tenant or who.tenant
        if not sees(who, tenant):
            raise NotFound(f"there is no tenant {tenant!r} whose keys are yours to make", reason="UNKNOWN_TENANT")
        identifier = wanted.id or f"k{secrets.token_hex(6)}"
        text, digest = new_key(identifier)
        key = Key(
            id=identifier,
            tenant=tenant,
            sha256=digest,
            roles=wanted.roles,
            groups=wanted.groups,
            expires=None if wanted.lifetime is None else self._clock() + wanted.lifetime,
        )

        def plan(book: Book) -> Sequence[Change]:
            if _ref(identifier) in book.resources:
                raise AlreadyExists(f"there is a key {identifier!r}", reason="KEY_EXISTS")
            return [Change(_ref(identifier), None, _spec(key))]

        try:
            await self._changes.make(plan, author(who))
        except Misfit as failure:
            field = str(failure.path[0]) if failure.path else "id"
            raise InvalidArgument(failure.why, violations=(Violation(field, failure.why),)) from None
        return Told(key, text)

    async def list(self, who: Identity, tenant: str) -> list[Kept]:
        """Return the keys of the tenant, or all that they may know of, by id."""
        check_admin(who)
        book = await self._store.book()
        kept = (Kept(_key(each), each.changed) for ref, each in sorted(book.resources.items()) if ref.kind == KIND.name)
        return [one for one in kept if sees(who, one.key.tenant) and tenant in {"", one.key.tenant}]

    async def rotate(self, who: Identity, identifier: str, grace: timedelta) -> Told:
        """Give the key another secret; the present one is good for the grace yet."""
        check_admin(who)
        text, digest = new_key(identifier)
        made: list[Key] = []

        def plan(book: Book) -> Sequence[Change]:
            key = _found(book, who, identifier)
            former = Former(sha256=key.sha256, until=self._clock() + grace) if grace else None
            made[:] = [key.model_copy(update={"sha256": digest, "former": former})]
            return [Change(_ref(identifier), book.resources[_ref(identifier)].spec, _spec(made[0]))]

        await self._changes.make(plan, author(who))
        return Told(made[0], text)

    async def revoke(self, who: Identity, identifier: str) -> bool:
        """End the key with all of its secrets; return whether it was there."""
        check_admin(who)

        def plan(book: Book) -> Sequence[Change]:
            try:
                _found(book, who, identifier)
            except NotFound:
                return []
            return [Change(_ref(identifier), book.resources[_ref(identifier)].spec, None)]

        return bool((await self._changes.make(plan, author(who))).changes)


def _ref(identifier: str) -> Ref:
    return Ref(KIND.name, identifier)


def _found(book: Book, who: Identity, identifier: str) -> Key:
    """Return the key; one of another tenant is as if it were not there."""
    found = book.resources.get(_ref(identifier))
    key = None if found is None else _key(found)
    if key is None or not sees(who, key.tenant):
        raise NotFound(f"there is no key {identifier[:64]!r}", reason="UNKNOWN_KEY")
    check_roles(who, key.roles)
    return key


def _key(resource: Resource) -> Key:
    made = part(KIND, resource.ref.name, resource.spec, resource.version)
    if not isinstance(made, Key):
        raise TypeError("a key's resource makes a key")
    return made


def _spec(key: Key) -> Spec:
    return spec_of(KIND, key.id, key)

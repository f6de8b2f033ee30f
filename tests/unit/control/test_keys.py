from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chassis.errors import AlreadyExists, FailedPrecondition, InvalidArgument, NotFound, PermissionDenied
from chassis.identity import Identity
from chassis.snapshot import Snapshot, parse_key
from control.changing.changes import Changes, Wish
from control.keys.keeping import Keys, NewKey
from control.resources.words import CONTROL
from fakes.control_store import FakeStore

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def who(*roles, tenant="acme"):
    return Identity(tenant=tenant, groups=frozenset(), roles=frozenset(roles), key_id=f"{tenant}-{'-'.join(roles)}")


ADMIN, OPERATOR, STRANGER = who("admin"), who("operator"), who("admin", tenant="globex")


def wanted(id_="", *roles, **fields):
    given = {"tenant": "", "groups": frozenset(), "lifetime": None} | fields
    return NewKey(id=id_, roles=frozenset(roles or ("read",)), **given)


@pytest.fixture
async def store():
    store = FakeStore()
    manifest = b"kind: Tenant\nname: acme\n---\nkind: Tenant\nname: globex\n"
    await Changes(store).apply(Wish(manifest=manifest, file="f"), CONTROL)
    return store


@pytest.fixture
def keys(store):
    return Keys(store, Changes(store), clock=lambda: NOW)


def stored(store, identifier):
    return Snapshot.model_validate_json(store.held.document).key(identifier)


async def test_a_key_is_told_once_and_only_its_digest_kept(keys, store):
    told = await keys.create(ADMIN, wanted("ci", "read", "write", groups=frozenset({"hr"}), lifetime=timedelta(days=1)))
    secret = parse_key(told.secret).secret

    key = stored(store, "ci")
    assert (key.tenant, key.roles, key.groups) == ("acme", {"read", "write"}, {"hr"})
    assert key.accepts(secret, NOW)
    assert not key.accepts(secret, NOW + timedelta(days=1))
    assert secret.encode() not in store.held.document
    assert secret not in str(store.written)


async def test_an_id_is_made_up_where_none_is_given_and_taken_once(keys):
    first, second = await keys.create(ADMIN, wanted()), await keys.create(ADMIN, wanted())
    assert first.key.id != second.key.id

    with pytest.raises(AlreadyExists):
        await keys.create(ADMIN, wanted(first.key.id))


async def test_a_rotated_key_has_both_secrets_for_the_grace(keys, store):
    old = await keys.create(ADMIN, wanted("ci"))
    new = await keys.rotate(ADMIN, "ci", timedelta(hours=1))
    before, after = parse_key(old.secret).secret, parse_key(new.secret).secret

    key = stored(store, "ci")
    assert [key.accepts(secret, NOW + timedelta(minutes=59)) for secret in (before, after)] == [True, True]
    assert [key.accepts(secret, NOW + timedelta(hours=1)) for secret in (before, after)] == [False, True]
    await keys.rotate(ADMIN, "ci", timedelta(0))
    assert not stored(store, "ci").accepts(after, NOW)


async def test_a_revoked_key_is_gone(keys, store):
    await keys.create(ADMIN, wanted("ci"))

    assert await keys.revoke(ADMIN, "ci")
    assert stored(store, "ci") is None
    assert not await keys.revoke(ADMIN, "ci")


async def test_an_admin_sees_and_changes_keys_of_the_own_tenant_alone(keys):
    await keys.create(ADMIN, wanted("ours"))
    await keys.create(OPERATOR, wanted("theirs", tenant="globex"))

    assert [kept.key.id for kept in await keys.list(ADMIN, "")] == ["ours"]
    assert [kept.key.id for kept in await keys.list(STRANGER, "")] == ["theirs"]
    assert [kept.key.id for kept in await keys.list(ADMIN, "globex")] == []
    assert [kept.key.id for kept in await keys.list(OPERATOR, "")] == ["ours", "theirs"]
    with pytest.raises(NotFound):
        await keys.rotate(STRANGER, "ours", timedelta(0))
    assert not await keys.revoke(STRANGER, "ours")
    with pytest.raises(NotFound):
        await keys.create(ADMIN, wanted(tenant="globex"))


@pytest.mark.parametrize("roles", [("operator",), ("read", "operator"), ("something",)])
async def test_an_admin_gives_no_role_that_is_more_than_an_admins(keys, roles):
    with pytest.raises(PermissionDenied):
        await keys.create(ADMIN, wanted("up", *roles))


async def test_an_admin_cannot_take_over_the_key_of_an_operator(keys):
    await keys.create(OPERATOR, wanted("root", "operator"))

    with pytest.raises(PermissionDenied):
        await keys.rotate(ADMIN, "root", timedelta(0))
    with pytest.raises(PermissionDenied):
        await keys.revoke(ADMIN, "root")


async def test_who_is_neither_may_do_nothing(keys):
    reader = who("read", "write")
    for call in (keys.create(reader, wanted()), keys.list(reader, ""), keys.rotate(reader, "x", timedelta(0))):
        with pytest.raises(PermissionDenied):
            await call


async def test_a_tenant_that_is_not_there_has_no_keys(keys):
    with pytest.raises(InvalidArgument) as caught:
        await keys.create(OPERATOR, wanted(tenant="nobody"))
    assert caught.value.violations[0].field == "tenant"


async def test_the_last_key_that_operates_stays(keys):
    await keys.create(OPERATOR, wanted("root", "operator"))
    with pytest.raises(FailedPrecondition):
        await keys.revoke(OPERATOR, "root")

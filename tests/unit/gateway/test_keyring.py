import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Unauthenticated
from chassis.identity import Identity
from chassis.snapshot import Key, Snapshot, Tenant, new_key
from gateway.access.keyring import Keyring

READER, READER_DIGEST = new_key("reader")
WRITER, WRITER_DIGEST = new_key("writer")
SNAPSHOT = Snapshot(
    version=1,
    tenants=(Tenant(name="acme"),),
    keys=(
        Key(id="reader", tenant="acme", sha256=READER_DIGEST, groups=frozenset({"hr"}), roles=frozenset({"read"})),
        Key(id="writer", tenant="acme", sha256=WRITER_DIGEST, roles=frozenset({"write"})),
    ),
)


@pytest.fixture
def keyring():
    return Keyring(SNAPSHOT)


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_a_key_proves_tenant_groups_and_roles(keyring, scheme):
    assert keyring.identity([f"{scheme} {READER}"]) == Identity(
        tenant="acme", groups=frozenset({"hr"}), roles=frozenset({"read"}), key_id="reader"
    )


@pytest.mark.parametrize(
    ("authorization", "reason"),
    [
        ([], "MISSING_KEY"),
        ([f"Bearer {READER}", f"Bearer {READER}"], "SEVERAL_KEYS"),
        ([""], "MALFORMED_KEY"),
        (["Bearer "], "MALFORMED_KEY"),
        ([READER], "MALFORMED_KEY"),
        ([f"Basic {READER}"], "MALFORMED_KEY"),
        (["Bearer fb_reader"], "MALFORMED_KEY"),
        ([f"Bearer {READER} {READER}"], "MALFORMED_KEY"),
        (["Bearer fb_reader_" + "x" * 100_000], "MALFORMED_KEY"),
        (["Bearer " + READER[:-1] + ("A" if READER[-1] != "A" else "B")], "WRONG_KEY"),
        (["Bearer " + READER.replace("reader", "writer")], "WRONG_KEY"),
        (["Bearer " + READER.replace("reader", "nobody")], "WRONG_KEY"),
    ],
)
def test_what_proves_nobody_is_told_what_to_do(keyring, authorization, reason):
    with pytest.raises(Unauthenticated) as caught:
        keyring.identity(authorization)

    assert caught.value.reason == reason
    assert READER.split("_", 2)[2] not in caught.value.message


def test_an_unknown_key_and_a_wrong_secret_get_the_same_words(keyring):
    messages = set()
    for key in ("fb_reader_" + "x" * 43, "fb_unknown_" + "x" * 43):
        with pytest.raises(Unauthenticated) as caught:
            keyring.identity([f"Bearer {key}"])
        messages.add(caught.value.message)

    assert len(messages) == 1


def test_a_revoked_key_proves_nobody_any_more(keyring):
    keyring.replace(Snapshot(version=2, tenants=SNAPSHOT.tenants, keys=SNAPSHOT.keys[1:]))

    with pytest.raises(Unauthenticated):
        keyring.identity([f"Bearer {READER}"])


@given(st.lists(st.text(max_size=80), max_size=3))
def test_whatever_is_sent_gets_an_answer_and_no_identity(authorization):
    with pytest.raises(Unauthenticated):
        Keyring(SNAPSHOT).identity(authorization)

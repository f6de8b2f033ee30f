from __future__ import annotations

import datetime as dt
import stat

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from chassis import identity
from chassis.errors import Unauthenticated
from chassis.identity import Bearer, Identity, IdentitySettings, Signer, Verifier, bound, generate_keys


class Clock:
    def __init__(self):
        self.now = 1_800_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def keys(tmp_path):
    return generate_keys(tmp_path / "keys")


@pytest.fixture
def signer(keys, clock):
    return Signer(keys.private.read_bytes(), 60, clock)


@pytest.fixture
def verifier(keys, clock):
    return Verifier(keys.public.read_bytes(), clock=clock)


def who(number=0):
    return Identity(tenant="acme", groups=frozenset({"a", "b"}), roles=frozenset({"reader"}), key_id=f"k{number}")


def test_a_token_proves_an_identity(signer, verifier):
    assert verifier.identity(signer.token(who())) == who()


def test_a_token_is_used_again_for_half_its_life(signer, clock):
    first = signer.token(who())
    clock.now += 29
    assert signer.token(who()) == first
    clock.now += 2

    assert signer.token(who()) != first


def test_a_token_outlives_the_call_that_it_serves(signer, verifier, clock):
    short = signer.token(who())
    long = signer.token(who(), lasting=600)
    clock.now += 600

    assert long != short
    assert verifier.identity(long) == who()
    with pytest.raises(Unauthenticated):
        verifier.identity(short)


def test_a_token_known_to_be_good_still_expires(signer, verifier, clock):
    token = signer.token(who())
    assert verifier.identity(token) == who()
    clock.now += 66

    with pytest.raises(Unauthenticated, match="expired"):
        verifier.identity(token)


def test_clocks_may_differ_a_little_and_no_more(signer, verifier, clock):
    clock.now += 4
    early = signer.token(who())
    clock.now -= 4
    assert verifier.identity(early) == who()
    clock.now += 60
    late = signer.token(who(1))
    clock.now -= 60

    with pytest.raises(Unauthenticated, match="not valid yet"):
        verifier.identity(late)


def test_what_is_remembered_is_bounded(keys, clock):
    signer = Signer(keys.private.read_bytes(), 60, clock, keep=10)
    verifier = Verifier(keys.public.read_bytes(), clock=clock, keep=10)
    for number in range(25):
        verifier.identity(signer.token(who(number)))

    assert len(verifier._known) == len(signer._made) == 10


def test_a_bad_token_is_not_remembered(verifier):
    for _ in range(3):
        with pytest.raises(Unauthenticated):
            verifier.identity("a.b.c")

    assert len(verifier._known) == 0


def test_only_the_owner_can_read_the_private_key(keys):
    assert stat.S_IMODE(keys.private.stat().st_mode) == 0o600


def test_keys_that_are_there_are_kept(keys):
    before = keys.private.read_bytes()

    assert generate_keys(keys.private.parent) == keys
    assert keys.private.read_bytes() == before


def test_a_public_key_cannot_sign(keys):
    with pytest.raises(ValueError, match="private"):
        Signer(keys.public.read_bytes())


def test_settings_read_the_keys(keys):
    settings = IdentitySettings(identity_private_key_file=keys.private, identity_public_key_file=keys.public)

    assert settings.verifier().identity(settings.signer().token(who())) == who()


def test_a_certificate_of_the_public_key_is_as_good_as_the_key(keys, tmp_path):
    file = tmp_path / "identity.crt"
    file.write_bytes(certificate(keys.private.read_bytes()))
    settings = IdentitySettings(identity_private_key_file=keys.private, identity_public_key_file=file)

    assert settings.verifier().identity(settings.signer().token(who())) == who()


def certificate(private):
    key = load_pem_private_key(private, None)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "identity")])
    now = dt.datetime.now(dt.UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + dt.timedelta(days=1))
    return builder.sign(key, None).public_bytes(Encoding.PEM)


def test_settings_without_keys_say_which_is_missing():
    settings = IdentitySettings(identity_private_key_file=None, identity_public_key_file=None)
    with pytest.raises(ValueError, match="FOREBAY_IDENTITY_PRIVATE_KEY_FILE"):
        settings.signer()
    with pytest.raises(ValueError, match="FOREBAY_IDENTITY_PUBLIC_KEY_FILE"):
        settings.verifier()


def test_nobody_is_known_unless_bound():
    with pytest.raises(Unauthenticated):
        identity.current()
    with bound(who()):
        assert identity.current() == who()
        assert identity.bearer() == Bearer(who(), None)

    assert identity.bearer() is None


def test_a_second_signer_is_trusted_where_its_key_is_given_and_nowhere_else(tmp_path):
    gateway, worker = generate_keys(tmp_path), generate_keys(tmp_path, "worker")
    token = Signer(worker.private.read_bytes()).token(who())

    assert Verifier(gateway.public.read_bytes(), worker.public.read_bytes()).identity(token) == who()
    with pytest.raises(Unauthenticated):
        Verifier(gateway.public.read_bytes()).identity(token)

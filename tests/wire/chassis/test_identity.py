from __future__ import annotations

import time

import pytest

from chassis import identity
from chassis.errors import Unauthenticated
from chassis.identity import METADATA_KEY, Identity, Signer, Verifier, bound, generate_keys
from wire.chassis.probe import serving

WHO = Identity(tenant="acme", groups=frozenset({"law"}), roles=frozenset({"reader"}), key_id="k1")


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    return generate_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def signer(keys):
    return Signer(keys.private.read_bytes())


@pytest.fixture
def verifier(keys):
    return Verifier(keys.public.read_bytes())


async def whose(_request, _context):
    return identity.current().tenant


async def whose_parts(_request, _context):
    yield identity.current().tenant
    yield identity.current().key_id


async def test_an_identity_crosses_the_wire(signer, verifier):
    async with serving(one=whose, many=whose_parts, signer=signer, verifier=verifier) as probe:
        with bound(WHO):
            assert await probe.one("x") == "acme"
            assert [part async for part in probe.many("x")] == ["acme", "k1"]


async def test_a_token_is_passed_on_by_who_cannot_sign(signer, verifier):
    async with serving(one=whose, verifier=verifier) as inner:

        async def asks(request, _context):
            return await inner.one(request)

        async with serving(one=asks, verifier=verifier, signer=signer) as outer:
            with bound(WHO):
                assert await outer.one("x") == "acme"


async def test_a_call_without_a_token_is_refused(verifier):
    async with serving(one=whose, verifier=verifier) as probe:
        with pytest.raises(Unauthenticated) as caught:
            await probe.one("x")

    assert caught.value.reason == "MISSING_TOKEN"


async def test_an_identity_is_not_taken_from_where_the_server_was_started(signer, verifier):
    with bound(WHO):
        async with serving(one=whose, verifier=None) as probe:
            with pytest.raises(Unauthenticated):
                await probe.one("x")


async def test_an_expired_token_is_refused(keys, verifier):
    old = Signer(keys.private.read_bytes(), clock=lambda: time.time() - 3600).token(WHO)
    async with serving(one=whose, verifier=verifier) as probe:
        with pytest.raises(Unauthenticated) as caught:
            await probe.one("x", metadata=[(METADATA_KEY, old)])

    assert caught.value.reason == "EXPIRED_TOKEN"


@pytest.mark.parametrize("forge", ["other_key", "changed", "unsigned", "garbage", "other_audience", "hmac"])
async def test_a_forged_token_is_refused(forge, keys, verifier, tmp_path):
    token = FORGERIES[forge](keys, Signer(keys.private.read_bytes()), tmp_path)
    async with serving(one=whose, verifier=verifier) as probe:
        with pytest.raises(Unauthenticated) as caught:
            await probe.one("x", metadata=[(METADATA_KEY, token)])

    assert caught.value.reason == "INVALID_TOKEN"


def _encoded(header, claims, key, algorithm):
    from joserfc import jwt

    return jwt.encode({"alg": header}, claims, key, algorithms=[algorithm])


def _claims(**changed):
    now = int(time.time())
    claims = {"aud": "forebay", "sub": "k", "tenant": "acme", "groups": [], "roles": [], "iat": now, "exp": now + 60}
    return claims | changed


def _other_key(_keys, _signer, folder):
    return Signer(generate_keys(folder).private.read_bytes()).token(WHO)


def _changed(_keys, signer, _folder):
    head, body, signature = signer.token(WHO).split(".")
    return f"{head}.{body[:-4]}AAAA.{signature}"


def _unsigned(_keys, signer, _folder):
    import base64

    head = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    return f"{head}.{signer.token(WHO).split('.')[1]}."


def _other_audience(keys, _signer, _folder):
    from joserfc.jwk import OKPKey

    key = OKPKey.import_key(keys.private.read_bytes())
    return _encoded("Ed25519", _claims(aud="somebody"), key, "Ed25519")


def _hmac(keys, _signer, _folder):
    from joserfc.jwk import OctKey

    key = OctKey.import_key(keys.public.read_bytes().hex())
    return _encoded("HS256", _claims(), key, "HS256")


FORGERIES = {
    "other_key": _other_key,
    "changed": _changed,
    "unsigned": _unsigned,
    "garbage": lambda *_: "not.a.token",
    "other_audience": _other_audience,
    "hmac": _hmac,
}


async def test_a_server_that_is_not_ours_gets_no_token(signer):
    from chassis.channel import connect
    from wire.chassis.probe import Probe

    async def keys_of(_request, context):
        return ",".join(key for key, _ in context.invocation_metadata())

    async with (
        serving(one=keys_of) as probe,
        connect(f"127.0.0.1:{probe.ports.port}", "triton", signer=signer, ours=False) as channel,
    ):
        with bound(WHO):
            assert METADATA_KEY not in await Probe(channel).one("x")
            assert METADATA_KEY not in await probe.one("x")

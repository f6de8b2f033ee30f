"""Tokens that somebody made to get in."""

import contextlib
import hmac
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Unauthenticated
from chassis.snapshot import Issuer
from gateway.access.oidc.issuers import Issuers
from gateway.access.oidc.tokens import LONGEST, parsed
from rigs.issuing import AUDIENCE, ISSUER, Provider, part

FIELDS = {
    "name": "corp",
    "issuer": ISSUER,
    "audience": AUDIENCE,
    "jwks_url": "https://id.example/keys",
    "tenant": "acme",
}


@pytest.fixture(scope="module")
def provider():
    return Provider("RS256")


@pytest.fixture
def issuers(provider):
    return Issuers([Issuer(**FIELDS, algorithms=["RS256"])], provider.fetch)


async def reason(issuers, token):
    with pytest.raises(Unauthenticated) as caught:
        await issuers.identity(token)
    assert len(caught.value.message) < 300
    return caught.value.reason


async def test_a_token_without_a_signature_is_no_token(issuers, provider):
    head, body, signature = provider.token().split(".")
    none = part({"alg": "none", "kid": provider.kid})

    assert await reason(issuers, f"{none}.{body}.") == "MALFORMED_TOKEN"
    assert await reason(issuers, f"{none}.{body}.{signature}") == "WRONG_ALGORITHM"
    assert await reason(issuers, f"{part({'alg': 'nOnE'})}.{body}.{signature}") == "WRONG_ALGORITHM"
    assert await reason(issuers, f"{head}.{body}") == "MALFORMED_TOKEN"


async def test_the_public_key_is_no_shared_secret(issuers, provider):
    signed = f"{part({'alg': 'HS256', 'kid': provider.kid})}.{part(provider.claims())}"
    for secret in (provider.key.as_pem(private=False), provider.document()):
        forged = part(hmac.digest(secret, signed.encode(), "sha256"))
        assert await reason(issuers, f"{signed}.{forged}") == "WRONG_ALGORITHM"


async def test_a_shared_secret_that_is_published_is_no_key():
    provider = Provider("RS256")
    provider.published = [{"kty": "oct", "k": "c2VjcmV0", "kid": "first"}]
    issuers = Issuers([Issuer(**FIELDS, algorithms=["RS256"])], provider.fetch)

    assert await reason(issuers, provider.token()) == "UNKNOWN_KEY"


@pytest.mark.parametrize("cut", [1, 10, 100])
async def test_a_signature_that_was_cut_does_not_hold(issuers, provider, cut):
    assert await reason(issuers, provider.token()[:-cut]) == "WRONG_SIGNATURE"


async def test_claims_that_were_changed_do_not_hold(issuers, provider):
    head, _, signature = provider.token().split(".")

    assert await reason(issuers, f"{head}.{part(provider.claims(sub='root'))}.{signature}") == "WRONG_SIGNATURE"


async def test_somebody_elses_key_is_not_the_issuers(issuers):
    assert await reason(issuers, Provider("RS256").token()) == "WRONG_SIGNATURE"


@pytest.mark.parametrize(
    "header",
    [
        {"jwk": {"kty": "RSA"}},
        {"jku": "https://evil.example/keys"},
        {"x5u": "https://evil.example/keys"},
    ],
)
async def test_a_token_cannot_bring_its_own_key(issuers, header):
    evil = Provider("RS256")
    token = evil.token(header={**header, "kid": "first"})

    assert await reason(issuers, token) == "WRONG_SIGNATURE"


@pytest.mark.parametrize("kid", ["../../dev/null", "' OR 1=1 --", "x" * 256, "\x00", "FIRST"])
async def test_the_name_of_a_key_is_only_ever_compared(issuers, provider, kid):
    assert await reason(issuers, provider.token(header={"kid": kid})) == "UNKNOWN_KEY"


@pytest.mark.parametrize("kid", [7, ["first"], {"first": 1}, "", "x" * 257])
async def test_the_name_of_a_key_is_a_short_text(issuers, provider, kid):
    _, body, signature = provider.token().split(".")

    assert await reason(issuers, f"{part({'alg': 'RS256', 'kid': kid})}.{body}.{signature}") == "MALFORMED_TOKEN"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"exp": 1}, "EXPIRED_TOKEN"),
        ({"exp": ...}, "INVALID_TOKEN"),
        ({"exp": "tomorrow"}, "INVALID_TOKEN"),
        ({"exp": True}, "INVALID_TOKEN"),
        ({"exp": -1}, "INVALID_TOKEN"),
        ({"exp": 10**400}, "INVALID_TOKEN"),
        ({"nbf": time.time() + 3600}, "FUTURE_TOKEN"),
        ({"iat": time.time() + 3600}, "FUTURE_TOKEN"),
        ({"aud": "somebody-else"}, "WRONG_AUDIENCE"),
        ({"aud": ...}, "WRONG_AUDIENCE"),
        ({"aud": []}, "WRONG_AUDIENCE"),
        ({"aud": {"forebay": 1}}, "WRONG_AUDIENCE"),
        ({"aud": ["forebay", 7]}, "WRONG_AUDIENCE"),
        ({"aud": ["forebay"] * 33}, "WRONG_AUDIENCE"),
        ({"iss": "https://id.example/"}, "UNKNOWN_ISSUER"),
        ({"iss": ["https://id.example"]}, "UNKNOWN_ISSUER"),
        ({"iss": ...}, "UNKNOWN_ISSUER"),
        ({"sub": ...}, "INVALID_TOKEN"),
        ({"sub": ""}, "INVALID_TOKEN"),
        ({"sub": 7}, "INVALID_TOKEN"),
    ],
)
async def test_a_good_signature_under_wrong_claims_proves_nobody(issuers, provider, changed, why):
    assert await reason(issuers, provider.token(**changed)) == why


async def test_ours_among_several_audiences_is_enough_unless_the_party_is_another(provider):
    token = provider.token(aud=["account", "forebay"], azp="chat")
    for parties, fine in (((), True), (("chat",), True), (("other",), False)):
        issuers = Issuers([Issuer(**FIELDS, algorithms=["RS256"], parties=parties)], provider.fetch)
        if fine:
            assert (await issuers.identity(token)).tenant == "acme"
        else:
            assert await reason(issuers, token) == "WRONG_PARTY"


def made(header, claims, signature="c2ln"):
    """Return a token of parts as they are: bytes and texts as such, the rest as JSON."""
    return f"{part(header)}.{part(claims)}.{signature}"


RS256 = {"alg": "RS256"}
NO_TOKENS = (
    "eyJ" + "a" * LONGEST,
    "eyJ..",
    made(RS256, '{"aud": "a", "aud": "forebay"}'),
    made('{"alg": "RS256", "alg": "none"}', {}),
    made(RS256, "[" * 8000),
    made(RS256, '{"a":' * 2000),
    made(RS256, b'{"a": "\xff\xfe"}'),
    made(RS256, '{"exp": NaN}'),
    made(RS256, f'{{"exp": {"9" * 5000}}}'),
    made(RS256, "[]"),
    made(RS256, "7"),
    made(RS256, {}, "c2ln.more"),
    made(RS256, {}, "c2l="),
    made(RS256, {}, "\u00fc"),
    made(RS256, {}, " c2ln"),
    made({**RS256, "crit": ["exp"]}, {}),
    made({**RS256, "b64": False}, {}),
    made({**RS256, "zip": "DEF"}, {}),
    made({**RS256, "typ": "JWE"}, {}),
    made({"alg": 7}, {}),
)


@pytest.mark.parametrize("text", NO_TOKENS, ids=range(len(NO_TOKENS)))
def test_what_is_no_token_is_called_so_before_anything_else_is_done(text):
    with pytest.raises(Unauthenticated) as caught:
        parsed(text)
    assert caught.value.reason == "MALFORMED_TOKEN"


@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda raw: made(raw, raw, "c2ln")))
def test_any_text_is_a_token_or_refused(text):
    with contextlib.suppress(Unauthenticated):
        assert parsed(text).text == text

import pytest

from chassis.errors import PermissionDenied, Unauthenticated, Unavailable
from chassis.snapshot import Issuer
from gateway.access.oidc.issuers import Issuers
from rigs.issuing import AUDIENCE, ISSUER, Provider

FIELDS = {
    "name": "corp",
    "issuer": ISSUER,
    "audience": AUDIENCE,
    "jwks_url": "https://id.example/keys",
    "tenant": "acme",
}


def trusting(provider, **changed):
    fields = {**FIELDS, "algorithms": [provider.algorithm], **changed}
    return Issuers([Issuer(**fields)], provider.fetch)


async def refused(issuers, token):
    with pytest.raises(Unauthenticated) as caught:
        await issuers.identity(token)
    return caught.value.reason


@pytest.mark.parametrize("algorithm", ["RS256", "PS384", "ES256", "ES384", "ES512", "Ed25519"])
async def test_a_token_with_each_kind_of_signature_proves_its_user(algorithm):
    provider = Provider(algorithm)

    who = await trusting(provider, everyone=["read"]).identity(provider.token(groups=["law", "no group!"]))

    assert (who.tenant, who.groups, who.roles) == ("acme", {"law"}, {"read"})
    assert who.key_id.startswith("corp:")
    assert "ann" not in who.key_id


async def test_a_user_has_the_same_name_each_time_and_no_other_users():
    provider = Provider()
    issuers = trusting(provider)

    names = [
        (await issuers.identity(provider.token(sub=sub, jti=jti))).key_id for sub, jti in (("a", 1), ("a", 2), ("b", 3))
    ]

    assert names[0] == names[1] != names[2]


async def test_groups_and_roles_are_what_the_issuer_is_said_to_mean():
    provider = Provider()
    issuers = trusting(
        provider,
        groups_claim="org.teams",
        groups={"Legal (EU)": "law"},
        roles_claim="https://example.com/roles",
        roles={"writers": ["read", "write"]},
    )
    claims = {"org": {"teams": ["Legal (EU)", "sales"]}, "https://example.com/roles": ["writers", "admin", 7]}

    who = await issuers.identity(provider.token(**claims))

    assert (who.groups, who.roles) == ({"law"}, {"read", "write"})


async def test_a_scope_of_words_between_spaces_is_a_list():
    provider = Provider()
    issuers = trusting(provider, roles_claim="scope", roles={"docs.read": ["read"]})

    assert (await issuers.identity(provider.token(scope="openid docs.read"))).roles == {"read"}


async def test_a_claim_names_a_tenant_only_if_the_issuer_may_speak_for_it():
    provider = Provider()
    issuers = trusting(provider, tenant=None, tenant_claim="org", tenants=["acme", "globex"])

    assert (await issuers.identity(provider.token(org="globex"))).tenant == "globex"
    for org in ("initech", ["acme"], None, {"acme": 1}):
        with pytest.raises(PermissionDenied):
            await issuers.identity(provider.token(org=org))


async def test_more_groups_than_travel_are_refused_with_what_to_do():
    provider = Provider()

    with pytest.raises(PermissionDenied, match="have the provider send"):
        await trusting(provider).identity(provider.token(groups=[f"g{n}" for n in range(257)]))


async def test_keys_are_fetched_once_for_many_tokens():
    provider = Provider()
    issuers = trusting(provider)

    for jti in range(20):
        await issuers.identity(provider.token(jti=str(jti)))

    assert provider.fetched == 1


async def test_a_new_snapshot_forgets_issuers_and_whom_they_proved():
    provider = Provider()
    issuers = trusting(provider)
    token = provider.token()
    await issuers.identity(token)

    issuers.replace([])

    assert await refused(issuers, token) == "UNKNOWN_ISSUER"


async def test_two_audiences_of_one_issuer_are_two_issuers():
    provider = Provider()
    fields = {**FIELDS, "algorithms": ["ES256"]}
    issuers = Issuers(
        [Issuer(**fields), Issuer(**{**fields, "name": "partners", "audience": "partners", "tenant": "globex"})],
        provider.fetch,
    )

    assert (await issuers.identity(provider.token())).tenant == "acme"
    assert (await issuers.identity(provider.token(aud=["x", "partners"]))).tenant == "globex"


async def test_without_its_keys_nobody_is_believed_and_everybody_is_told_when_to_come_back():
    provider = Provider()
    provider.away = True

    with pytest.raises(Unavailable) as caught:
        await trusting(provider).identity(provider.token())
    assert caught.value.retry_after > 0

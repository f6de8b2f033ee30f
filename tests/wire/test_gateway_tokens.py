"""Tokens of an identity provider at the door of a real gateway."""

import pytest
from forebay.gateway.v1alpha1 import gateway_pb2 as pb
from grpc import StatusCode

from rigs.gateway import PROVIDER, details, gateway, key, refused
from rigs.issuing import part


@pytest.fixture
async def front(tmp_path):
    async with gateway(tmp_path) as front:
        yield front


def search(front, token):
    return front.stub.Search(pb.SearchRequest(query={"corpus": "docs", "query": "q"}), metadata=key(token))


async def test_a_token_opens_the_door_as_its_user_with_its_groups(front):
    await search(front, PROVIDER.token(roles=["readers"], groups=["hr"]))

    _, who, _ = front.orchestrator.asked[-1]
    assert (who.tenant, who.groups, who.roles) == ("acme", {"hr"}, {"read"})
    assert who.key_id.startswith("corp:")


@pytest.mark.parametrize(
    ("token", "code", "reason"),
    [
        (PROVIDER.token(), StatusCode.PERMISSION_DENIED, "MISSING_ROLE"),
        (PROVIDER.token(roles=["read"]), StatusCode.PERMISSION_DENIED, "MISSING_ROLE"),
        (PROVIDER.token(roles=["readers"], exp=1), StatusCode.UNAUTHENTICATED, "EXPIRED_TOKEN"),
        (PROVIDER.token(roles=["readers"])[:-4], StatusCode.UNAUTHENTICATED, "WRONG_SIGNATURE"),
        (f"{part({'alg': 'none'})}.{part({})}.c2ln", StatusCode.UNAUTHENTICATED, "UNKNOWN_ISSUER"),
        ("eyJ" + "a" * 20_000, StatusCode.UNAUTHENTICATED, "MALFORMED_TOKEN"),
    ],
    ids=["no-role", "not-a-role-here", "expired", "cut", "unsigned", "huge"],
)
async def test_a_token_that_proves_too_little_is_told_what_is_missing(front, token, code, reason):
    error = await refused(search(front, token))

    assert (error.code(), details(error).reason) == (code, reason)
    assert front.orchestrator.asked == []

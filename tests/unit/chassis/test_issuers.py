import pytest
from pydantic import ValidationError

from chassis.snapshot import Snapshot

OIDC = {
    "name": "corp",
    "issuer": "https://id.example",
    "audience": "forebay",
    "jwks_url": "https://id.example/keys",
    "tenant": "acme",
}


def issued(**changed):
    fields = {**OIDC, **changed}
    return Snapshot(version=1, tenants=[{"name": "acme"}, {"name": "globex"}], issuers=[fields]).issuers[0]


def test_an_issuer_says_which_tenants_it_leads_to():
    assert issued().possible == {"acme"}
    assert issued(tenant=None, tenant_claim="org", tenants=["acme", "globex"]).possible == {"acme", "globex"}


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"algorithms": ["none"]}, "algorithms"),
        ({"algorithms": ["HS256"]}, "algorithms"),
        ({"algorithms": []}, "at least 1"),
        ({"jwks_url": "http://id.example/keys"}, "https://"),
        ({"jwks_url": "https://user:secret@id.example/keys"}, "https://"),
        ({"jwks_url": "file:///etc/passwd"}, "https://"),
        ({"leeway": 301}, "300"),
        ({"tenant": None}, "either tenant or tenant_claim"),
        ({"tenant_claim": "org"}, "either tenant or tenant_claim"),
        ({"tenant": None, "tenant_claim": "org"}, "what tenant_claim may name"),
        ({"tenant": "initech"}, "leads to tenant initech"),
    ],
)
def test_an_issuer_that_would_let_the_wrong_people_in_is_refused(changed, why):
    with pytest.raises(ValidationError, match=why):
        issued(**changed)


def test_the_keys_of_an_issuer_may_be_read_without_tls_on_this_machine_alone():
    for address in ("http://127.0.0.1:8080/keys", "http://[::1]/keys", "http://localhost/keys"):
        assert issued(jwks_url=address).jwks_url == address

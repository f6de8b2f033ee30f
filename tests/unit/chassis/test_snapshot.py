from __future__ import annotations

import pytest
from pydantic import ValidationError

from chassis.snapshot import (
    ApiKey,
    BrokenFile,
    Limits,
    Policy,
    PriceList,
    Snapshot,
    SnapshotSettings,
    Tenant,
    digest,
    load,
    new_key,
    parse_key,
)

GOOD = """\
version: 7
tenants:
  - name: acme
keys:
  - id: k1
    tenant: acme
    sha256: {sha256}
    groups: [law]
    roles: [reader]
routes:
  - role: embedding
    targets:
      - pool: embedding
        model: embedding-int8
        weight: 3
      - {{pool: embedding, model: embedding, version: "1"}}
"""


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "config.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def refused(written, text):
    path = written(text)
    with pytest.raises(BrokenFile) as caught:
        load(path)
    return str(caught.value).replace(str(path), "FILE")


def test_a_file_becomes_a_snapshot(written):
    snapshot = load(written(GOOD.format(sha256=digest("secret"))))

    assert snapshot.version == 7
    assert snapshot.key("k1").groups == frozenset({"law"})
    assert [target.weight for target in snapshot.route("embedding").targets] == [3, 1]
    assert snapshot.route("embedding").targets[0].version == ""
    assert (snapshot.key("nobody"), snapshot.route("nothing")) == (None, None)


def test_a_snapshot_cannot_be_changed(written):
    snapshot = load(written(GOOD.format(sha256=digest("secret"))))

    with pytest.raises(ValidationError):
        snapshot.version = 8


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("version: 7", "version: -1", "FILE:1: version must be at least 0"),
        ("version: 7\n", "", "FILE:1: version is required"),
        ("sha256: {sha256}", "sha256: fb_k1_thesecretitself", "FILE:7: keys.0.sha256 must match"),
        ("    tenant: acme", "    tenant: nobody", "FILE:6: request key k1 belongs to tenant nobody"),
        ("weight: 3", "weight: many", "FILE:15: routes.0.targets.0.weight"),
        ("pool: embedding\n", "pol: embedding\n", "FILE:13: routes.0.targets.0.pol is not known here"),
        ("  - name: acme", "  - name: acme\n  - name: acme", "FILE:1: request tenants list acme more than once"),
        ("groups: [law]", "groups: [law", "FILE:9: "),
    ],
)
def test_what_is_wrong_is_told_by_line_and_path(written, old, new, said):
    told = refused(written, GOOD.replace(old, new).format(sha256="a" * 64))

    assert said in told
    assert "thesecretitself" not in told


@pytest.mark.parametrize("text", ["", "just words", "- a\n- b", "version: 1\n---\nversion: 2"])
def test_a_file_of_another_kind_is_refused(written, text):
    assert "FILE:" in refused(written, text)


def test_a_route_whose_targets_weigh_nothing_is_refused():
    target = {"pool": "p", "model": "m", "weight": 0}
    with pytest.raises(ValidationError, match="above zero"):
        Snapshot(version=1, routes=[{"role": "r", "targets": [target]}])


def test_a_key_is_known_by_its_digest_alone():
    text, sha256 = new_key("k1")
    identifier, secret = parse_key(text)
    snapshot = Snapshot(version=1, tenants=[{"name": "t"}], keys=[{"id": "k1", "tenant": "t", "sha256": sha256}])

    assert identifier == "k1"
    assert snapshot.key("k1").matches(secret)
    assert not snapshot.key("k1").matches(secret + "x")
    assert secret not in repr(snapshot)


def test_two_keys_are_never_alike():
    assert new_key("k1") != new_key("k1")


@pytest.mark.parametrize(
    "text", ["", "fb_", "fb_k1", "fb_K1_0123456789abcdef", "xx_k1_0123456789abcdef", "fb_k1_short"]
)
def test_what_is_no_key_is_seen_at_once(text):
    assert parse_key(text) is None


def test_a_key_has_an_id_and_a_secret_that_may_hold_underscores():
    assert parse_key("fb_k1_0123456789_abcdef") == ApiKey("k1", "0123456789_abcdef")


def test_a_key_cannot_be_made_with_an_id_that_would_not_be_found():
    with pytest.raises(ValueError, match="lower-case"):
        new_key("Not_OK")


def test_the_file_is_named_by_a_setting():
    assert SnapshotSettings(config_file="x.yaml").config_file.name == "x.yaml"


def test_a_tenant_without_a_policy_has_the_default_one():
    snapshot = Snapshot(version=1, tenants=(Tenant(name="acme"),))

    assert snapshot.policy("acme") == Policy()


def test_a_tenant_has_the_policy_that_it_names():
    small = Policy(name="small", tenant=Limits(requests_per_minute=60))
    snapshot = Snapshot(version=1, tenants=(Tenant(name="acme", policy="small"),), policies=(small,))

    assert snapshot.policy("acme").tenant.requests_per_minute == 60


def test_a_policy_that_is_not_listed_is_refused():
    with pytest.raises(ValidationError, match="which is not listed"):
        Snapshot(version=1, tenants=(Tenant(name="acme", policy="small"),))


def test_a_model_without_a_price_costs_nothing():
    assert PriceList().price("generator").output_tokens == 0

from __future__ import annotations

import pytest

from chassis.errors import InvalidArgument
from control.manifests.reading import BadManifest, read
from control.resources.words import Ref

GOOD = b"""\
kind: Tenant
name: acme
spec: {policy: gold}
---
# nothing
---
kind: policies
name: gold
version: 3
spec:
  tenant:
    requests_per_minute: 600
    money_per_day: 12.50
---
kind: Key
name: anna
spec:
  tenant: acme
  sha256: %s
  roles: [write, read]
  expires: 2027-01-01T00:00:00Z
---
kind: Route
name: generator
spec:
  targets: [{pool: generator, model: generator}]
---
kind: Prompt
name: answer@7
spec: {system: Be brief., user: "{sources} {question}", source_tokens: 64, most_sentences: 2}
---
kind: PriceList
spec: {currency: USD}
""" % (b"a" * 64)


def refused(text):
    with pytest.raises(BadManifest) as caught:
        read(text, "f.yaml")
    return str(caught.value)


def test_documents_become_resources_in_one_shape():
    declared = {one.ref: one for one in read(GOOD, "f.yaml").declared}

    assert declared[Ref("Tenant", "acme")].spec == {"policy": "gold"}
    assert declared[Ref("Policy", "gold")].version == 3
    assert declared[Ref("Policy", "gold")].spec == {"tenant": {"requests_per_minute": 600, "money_per_day": "12.5"}}
    assert declared[Ref("Key", "anna")].spec["roles"] == ["read", "write"]
    assert declared[Ref("Key", "anna")].spec["expires"] == "2027-01-01T00:00:00Z"
    assert declared[Ref("Route", "generator")].spec == {"targets": [{"pool": "generator", "model": "generator"}]}
    assert "version" not in declared[Ref("Prompt", "answer@7")].spec
    assert declared[Ref("PriceList", "default")].spec == {"currency": "USD"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"- a\n", "f.yaml:1: must be a mapping with kind, name and spec"),
        (b"kind: Tenant\n", "f.yaml:1: name is required"),
        (b"\n\nkind: Tennant\nname: a\n", "f.yaml:3: there is no kind 'Tennant'"),
        (b"kind: Tenant\nname: a\nspecs: {}\n", "f.yaml:3: specs is not known here"),
        (b"kind: Tenant\nname: A B\n", "f.yaml:2: name must match"),
        (b"kind: Tenant\nname: a\nspec:\n  polcy: gold\n", "f.yaml:4: spec.polcy is not known here"),
        (b"kind: Tenant\nname: a\nspec:\n  name: b\n", "f.yaml:4: spec.name is what the resource's name says"),
        (b"kind: Tenant\nname: a\nspec: 3\n", "f.yaml:3: spec must be a mapping"),
        (b"kind: Tenant\nname: a\nspec: {1: 2}\n", "f.yaml:3: spec"),
        (b"kind: Tenant\nname: a\n---\nkind: tenant\nname: a\n", "f.yaml:5: Tenant a is declared twice"),
        (b"kind: Tenant\nname: a\nname: b\n", "f.yaml:3: says 'name' twice"),
        (b"kind: Tenant\nname: a\nversion: 0\n", "f.yaml:3: version must be at least 1"),
        (b"kind: Key\nname: k\nspec:\n  tenant: a\n  sha256: secret\n", "f.yaml:5: spec.sha256 must match"),
        (b"kind: Key\nname: k\nspec: {tenant: a}\n", "f.yaml:3: spec.sha256 is required"),
        (b"kind: Prompt\nname: answer\nspec: {}\n", "f.yaml:2: name"),
        (b"kind: PriceList\nname: mine\n", "f.yaml:2: name there is one PriceList alone, called default"),
        (b"kind: Policy\nname: p\nspec:\n  tenant:\n    concurrent: many\n", "f.yaml:5: spec.tenant.concurrent"),
        (b"kind: Policy\nname: p\nspec: {priority: first}\n", "f.yaml:3: spec.priority must be one of"),
        (b"kind: [Tenant\n", "f.yaml:2: "),
        (b"a: &a [x]\nb: *a\n", "f.yaml:1: anchors"),
        (b"? [a]\n: b\n", "f.yaml:1: must have text as its keys"),
        (b"kind: Tenant\nname: \xff\n", "f.yaml:2: must be UTF-8"),
        (b"kind: !!python/object:os.system x\n", "f.yaml:1: "),
        (b"kind: Tenant\x00\n", "f.yaml:1: "),
    ],
)
def test_a_mistake_is_told_by_its_line(text, said):
    assert said in refused(text)


def test_every_mistake_is_told_at_once_and_no_value_with_it():
    told = refused(b"kind: Key\nname: k\nspec: {tenant: a, sha256: fb_k_thesecret}\n---\nkind: Nothing\nname: a\n")

    assert told.splitlines()[0].startswith("f.yaml:3: spec.sha256")
    assert told.splitlines()[1].startswith("f.yaml:5: there is no kind")
    assert "thesecret" not in told


BOMB = b"".join(b"a%d: &a%d [%s]\n" % (n, n, b",".join([b"*a%d" % (n - 1)] * 10) if n else b"x") for n in range(12))


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text",
    [
        BOMB,
        b"[" * 100_000,
        b"{a: " * 5_000,
        b"- a\n" * 250_000,
        b"kind: " + b"9" * 500_000,
        b"kind: " + b"1:" * 300_000 + b"1",
        b"kind: " + b"x" * (2**20),
        b"a: " + b"'" * 1000,
        b"%YAML 9.9\n---\n",
        b"kind: 0x" + b"f" * 400_000,
        b"? " * 10_000,
    ],
)
def test_hostile_yaml_is_refused_soon(text):
    assert "f.yaml:" in refused(text)


def test_a_manifest_without_documents_declares_nothing():
    assert read(b"---\n---\n# nothing\n", "f.yaml").declared == []
    assert issubclass(BadManifest, InvalidArgument)

"""Homes of the embedded stack from before there was control: tenants and keys in a file, tables of documents alone."""

from __future__ import annotations

import pytest

from chassis.identity import generate_keys
from chassis.snapshot import new_key
from forebay_client.stack.home import Home, write_private
from ingestion.migrate import migrate
from rigs.operated_processes import running

pytestmark = pytest.mark.xdist_group("old-homes")

FIRST_RELEASE = """\
version: 1
tenants:
- name: demo
keys:
- id: demo
  tenant: demo
  sha256: {digest}
  roles: [read, write]
routes:
- role: embedding
  targets:
  - {{pool: embedding, model: embedding}}
- role: generator
  targets:
  - {{pool: generator, model: generator}}
"""
CHANGED_BY_HAND = """\
version: 4
tenants: [{{name: demo}}, {{name: globex, policy: small}}]
keys:
- {{id: demo, tenant: demo, sha256: {digest}, roles: [read, write]}}
- {{id: reader, tenant: globex, sha256: {digest}, groups: [staff], roles: [read]}}
routes:
- role: embedding
  targets: [{{pool: embedding, model: embedding}}, {{pool: embedding, model: embedding-int8, weight: 0}}]
- role: reranker
  targets: [{{pool: embedding, model: reranker}}]
- role: generator
  targets: [{{pool: generator, model: generator, tier: small}}]
policies:
- {{name: small, tenant: {{requests_per_minute: 60}}}}
prices:
  version: 2
  prices: [{{model: generator, output_tokens: "1.5"}}]
"""


def left(folder, configuration):
    """Write a home as an older version left it; return the demo key."""
    home = Home(folder).made()
    key, digest = new_key("demo")
    write_private(home.config, configuration.format(digest=digest))
    write_private(home.key, f"{key}\n")
    generate_keys(home.secrets)
    return key


@pytest.mark.parametrize(
    ("configuration", "revision", "version", "resources"),
    [
        (FIRST_RELEASE, "0001", 1, {"Tenant demo", "Key demo", "Route embedding", "Route generator"}),
        (
            CHANGED_BY_HAND,
            "0005",
            4,
            {"Tenant demo", "Tenant globex", "Key demo", "Key reader", "Policy small", "PriceList default"}
            | {"Route embedding", "Route reranker", "Route generator"},
        ),
    ],
)
async def test_an_older_home_comes_up_with_all_that_it_said_and_its_key_operates(
    tmp_path, configuration, revision, version, resources
):
    key = left(tmp_path, configuration)
    async with running(tmp_path, before=lambda dsn: migrate(dsn, revision)) as stack:
        assert stack.key == key
        found = await stack.ask(lambda admin: admin.resources())
        (taken,) = await stack.ask(lambda admin: admin.revisions())
        demo = next(one for one in await stack.ask(lambda admin: admin.keys()) if one.id == "demo")

    assert {f"{one.kind} {one.name}" for one in found} == resources
    assert (taken.version, taken.actor) == (version, "control")
    assert set(demo.roles) == {"admin", "operator", "read", "write"}

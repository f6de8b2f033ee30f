from __future__ import annotations

import pytest

from chassis.snapshot import BrokenFile, Snapshot, load
from control.changing.changes import Changes, Wish
from control.resources.words import CONTROL, Ref
from control.seeding import seed
from fakes.control_store import FakeStore

FILE = """\
version: 4
tenants: [{{name: demo, policy: gold}}]
policies: [{{name: gold, models: {{generator: {{concurrent: 2}}}}, recording: {{text: stored}}}}]
keys: [{{id: demo, tenant: demo, sha256: {sha256}, roles: [write, read]}}]
prices: {{version: 3, currency: EUR, prices: [{{model: generator, input_tokens: 0.25}}]}}
prompts:
  - {{name: answer, version: 2, system: x, user: "{{sources}} {{question}}", source_tokens: 16, most_sentences: 1}}
issuers:
  - {{name: corp, issuer: i, audience: a, jwks_url: "https://i/keys", tenant: demo, roles: {{staff: [read, write]}}}}
routes:
  - {{role: generator, targets: [{{pool: generator, model: generator}}]}}
  - {{role: embedding, targets: [{{pool: embedding, model: embedding}}]}}
  - {{role: embedding, targets: [{{address: "embedding:50051"}}, {{address: "canary:50051", weight: 0}}]}}
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text(FILE.format(sha256="a" * 64))
    return path


def told(store):
    return Snapshot.model_validate_json(store.held.document)


async def test_the_first_start_takes_the_file_over_to_the_letter(file):
    store = FakeStore()
    await seed(store, file, "")

    assert told(store).model_dump(exclude={"routes"}) == load(file).model_dump(exclude={"routes"})
    assert {route.key: route for route in told(store).routes} == {route.key: route for route in load(file).routes}
    assert store.written[0].author == CONTROL
    assert Ref("Route", "embedding-service") in store.now.resources


async def test_later_starts_change_nothing(file):
    store = FakeStore()
    await seed(store, file, "")
    await Changes(store).apply(Wish(manifest=b"kind: Tenant\nname: new\n", file="f"), CONTROL)
    file.unlink()
    await seed(store, file, "")

    assert [tenant.name for tenant in told(store).tenants] == ["demo", "new"]
    assert told(store).version == 5


async def test_the_first_operator_may_operate_and_administrate_and_what_it_might_before(file):
    store = FakeStore()
    await seed(store, file, "demo")

    assert told(store).keys[0].roles == {"read", "write", "admin", "operator"}


async def test_what_was_taken_over_can_be_applied_again_without_a_change(file):
    store = FakeStore()
    await seed(store, file, "")
    documents = [
        {"kind": ref.kind, "name": ref.name, "version": one.version, "spec": one.spec}
        for ref, one in store.now.resources.items()
    ]
    import yaml

    outcome = await Changes(store).apply(Wish(manifest=yaml.safe_dump_all(documents).encode(), file="f"), CONTROL)
    assert outcome.changes == ()


@pytest.mark.parametrize("text", ["version: [", "tenants: 3"])
async def test_a_broken_file_starts_nothing(file, text):
    file.write_text(text)
    with pytest.raises(BrokenFile):
        await seed(FakeStore(), file, "")

from __future__ import annotations

import asyncio
import json

import pytest

from chassis.errors import Aborted, FailedPrecondition, InvalidArgument
from chassis.snapshot import Snapshot
from control.changing.changes import Changes, Wish
from control.resources.words import Action, Author, Ref
from fakes.control_store import FakeStore

ANNA = Author("anna", "acme")
TENANT = "kind: Tenant\nname: acme\n"
POLICY = "kind: Policy\nname: gold\nspec: {{tenant: {{concurrent: {most}}}}}\n"
KEY = "kind: Key\nname: {name}\nspec: {{tenant: acme, sha256: %s, roles: [{role}]}}\n" % ("a" * 64)


@pytest.fixture
def store():
    return FakeStore()


@pytest.fixture
def changes(store):
    return Changes(store)


def wish(*documents, **how):
    return Wish(manifest="---\n".join(documents).encode(), file="f.yaml", **how)


async def applied(changes, *documents, **how):
    return await changes.apply(wish(*documents, **how), ANNA)


async def test_a_manifest_becomes_the_next_snapshot(changes, store):
    outcome = await applied(changes, TENANT, POLICY.format(most=3))

    assert (outcome.version, [change.action for change in outcome.changes]) == (1, [Action.CREATED] * 2)
    snapshot = Snapshot.model_validate_json(store.held.document)
    assert (snapshot.version, snapshot.tenants[0].name, snapshot.policies[0].tenant.concurrent) == (1, "acme", 3)
    assert store.written[0].author == ANNA


async def test_the_same_again_changes_nothing(changes, store):
    await applied(changes, TENANT, POLICY.format(most=3))
    again = await applied(changes, POLICY.format(most=3), TENANT)

    assert (again.version, again.changes, len(store.written)) == (1, (), 1)


async def test_a_dry_run_says_what_would_change_and_changes_nothing(changes, store):
    await applied(changes, TENANT)
    outcome = await applied(changes, POLICY.format(most=1), dry_run=True)

    assert [(change.ref, change.before, change.after) for change in outcome.changes] == [
        (Ref("Policy", "gold"), None, {"tenant": {"concurrent": 1}})
    ]
    assert (outcome.version, store.now.version) == (1, 1)


@pytest.mark.parametrize("dry_run", [True, False])
async def test_what_does_not_fit_the_rest_is_told_by_its_line(changes, store, dry_run):
    text = "kind: Tenant\nname: globex\nspec:\n  policy: silver\n"
    with pytest.raises(InvalidArgument, match=r"^f\.yaml:6: tenant globex has policy silver, which is not listed"):
        await applied(changes, "\n", text, dry_run=dry_run)
    assert store.now.version == 0


async def test_what_another_resource_needs_cannot_go(changes):
    await applied(changes, "kind: Tenant\nname: acme\nspec: {policy: gold}\n", POLICY.format(most=1))

    with pytest.raises(InvalidArgument, match="Policy gold is needed: tenant acme"):
        await changes.delete(Ref("Policy", "gold"), ANNA)
    with pytest.raises(InvalidArgument, match=r"f\.yaml:1: does not fit Tenant acme, which is not in it"):
        await applied(changes, POLICY.format(most=1).replace("gold", "silver"), prune=True)


async def test_only_what_is_asked_to_be_pruned_goes_and_only_of_kinds_that_are_declared(changes, store):
    await applied(changes, TENANT, POLICY.format(most=1), "kind: Policy\nname: old\n")
    await applied(changes, POLICY.format(most=1))
    assert len(store.now.resources) == 3

    outcome = await applied(changes, POLICY.format(most=1), prune=True)
    assert [(change.ref, change.action) for change in outcome.changes] == [(Ref("Policy", "old"), Action.DELETED)]
    assert set(store.now.resources) == {Ref("Tenant", "acme"), Ref("Policy", "gold")}


async def test_a_resource_that_was_changed_since_it_was_got_is_not_overwritten(changes, store):
    await applied(changes, POLICY.format(most=1))
    got = POLICY.format(most=2) + "version: 1\n"
    await applied(changes, got)

    with pytest.raises(Aborted, match=r"f\.yaml:4: Policy gold is at version 2, not at 1"):
        await applied(changes, POLICY.format(most=3) + "version: 1\n")
    with pytest.raises(Aborted, match="is not there, not at 9"):
        await applied(changes, "kind: Policy\nname: new\nversion: 9\n")
    with pytest.raises(Aborted):
        await applied(changes, POLICY.format(most=3), expected=1)
    assert store.now.version == 2


async def test_of_two_at_once_that_start_from_the_same_one_is_refused(changes, store):
    await applied(changes, POLICY.format(most=1))
    tried = (applied(changes, POLICY.format(most=n), expected=1) for n in (2, 3))
    outcomes = await asyncio.gather(*tried, return_exceptions=True)

    assert sorted(type(each).__name__ for each in outcomes) == ["Aborted", "Outcome"]
    assert store.now.version == 2


async def test_nobody_can_lock_everybody_out(changes):
    await applied(changes, TENANT, KEY.format(name="root", role="operator"))

    with pytest.raises(FailedPrecondition, match="nobody could undo it"):
        await changes.delete(Ref("Key", "root"), ANNA)
    with pytest.raises(FailedPrecondition):
        await applied(changes, KEY.format(name="root", role="read"))
    await applied(changes, KEY.format(name="root", role="read"), KEY.format(name="other", role="operator"))


async def test_a_list_of_prices_has_the_version_at_which_it_changed(changes, store):
    await applied(changes, TENANT)
    await applied(changes, "kind: PriceList\nspec: {prices: [{model: generator, output_tokens: 2}]}\n")
    await applied(changes, POLICY.format(most=1))

    assert json.loads(store.held.document)["prices"]["version"] == 2


async def test_changes_that_come_together_take_turns_and_none_is_turned_away(changes, store):
    names = [f"t-{number}" for number in range(20)]
    outcomes = await asyncio.gather(*(applied(changes, f"kind: Tenant\nname: {name}\n") for name in names))

    assert sorted(outcome.version for outcome in outcomes) == list(range(1, 21))
    assert {ref.name for ref in store.now.resources} == set(names)

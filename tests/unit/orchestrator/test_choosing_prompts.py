from __future__ import annotations

import pytest

from chassis import identity
from chassis.identity import Identity
from chassis.snapshot import Policy, Prompt, Snapshot, Tenant
from orchestrator.prompts.choosing import Prompts
from orchestrator.prompts.template import BrokenTemplate


def prompt(name, version=1, system="Be brief."):
    return Prompt(
        name=name, version=version, system=system, user="{sources} {question}", source_tokens=64, most_sentences=1
    )


def snapshot(*prompts, **policies):
    return Snapshot(
        version=1,
        tenants=tuple(Tenant(name=name, policy=name) for name in policies if name != "default"),
        policies=tuple(Policy(name=name, prompt=label) for name, label in policies.items()),
        prompts=prompts,
    )


def chosen(prompts, tenant="acme"):
    who = Identity(tenant=tenant, groups=frozenset(), roles=frozenset(), key_id="k")
    with identity.bound(who):
        return prompts.now()


def test_a_policy_names_the_prompt_of_its_tenants_and_the_rest_have_the_usual_one():
    prompts = Prompts("answer@1", snapshot(prompt("short"), acme="short@1", globex=None))

    assert chosen(prompts).label == "short@1"
    assert chosen(prompts, "globex").label == chosen(prompts, "unknown").label == "answer@1"


def test_the_default_policy_holds_for_tenants_without_one():
    assert chosen(Prompts("answer@1", snapshot(prompt("short"), default="short@1"))).label == "short@1"


def test_a_change_is_heeded_and_a_prompt_that_is_gone_leaves_the_usual_one():
    prompts = Prompts("answer@1", snapshot(prompt("short"), acme="short@1"))
    prompts.heed(snapshot(prompt("short", 2), acme="short@2"))
    assert chosen(prompts).label == "short@2"

    prompts.heed(snapshot())
    assert chosen(prompts).label == "answer@1"


def test_a_declared_prompt_goes_before_the_one_that_comes_with_the_service():
    declared = Prompts("answer@1", snapshot(prompt("answer", system="Ours.")))

    assert chosen(declared).system == "Ours."
    assert chosen(Prompts("mine@3", snapshot(prompt("mine", 3)))).label == "mine@3"


def test_a_usual_prompt_that_nobody_has_stops_the_start():
    with pytest.raises(BrokenTemplate, match="mine@3"):
        Prompts("mine@3", snapshot())


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"user": "{question}"}, "user must hold"),
        ({"user": "{question} {sources}"}, "before"),
        ({"source": "x"}, "source must hold"),
        ({"system": "x" * 16_385}, "at most 16384"),
        ({"system": "\x00"}, "control characters"),
        ({"version": 0}, "greater than or equal to 1"),
        ({"name": "Answer"}, "pattern"),
        ({"stop": ["x"] * 9}, "at most 8"),
    ],
)
def test_a_prompt_is_checked_for_its_places_and_lengths(changed, why):
    with pytest.raises(ValueError, match=why):
        Prompt(**(prompt("answer").model_dump() | changed))


def test_a_policy_cannot_name_a_prompt_that_is_not_declared():
    with pytest.raises(ValueError, match="has prompt short@1, which is not listed"):
        snapshot(acme="short@1")

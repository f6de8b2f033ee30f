"""The control plane on the whole system: changes reach running services, and control may die."""

from __future__ import annotations

import os
import signal
import time

import pytest

pytestmark = pytest.mark.xdist_group("stack")

PROMPT = """\
kind: Prompt
name: answer@99
spec:
  system: Answer in one sentence.
  user: "{sources}\\n\\nQuestion: {question}"
  source_tokens: 70
  most_sentences: 1
  quotes: true
---
kind: Policy
name: default
spec: {prompt: answer@99}
"""


@pytest.fixture
def declared(stack, tmp_path):
    """Apply a manifest; what it makes is deleted again."""

    def apply(text):
        file = tmp_path / "f.yaml"
        file.write_text(text)
        return stack.json("apply", "-f", str(file))

    yield apply
    for kind, name in (("Policy", "default"), ("Prompt", "answer@99")):
        stack.run("delete", kind, name, "--yes")


def part(stack, name):
    return next(one for one in stack.json("status")["parts"] if one["name"] == name)


def until(condition, seconds):
    latest = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < latest, "it did not come to pass"
        time.sleep(0.2)


def test_the_demo_key_operates_what_the_configuration_file_said_first(stack):
    resources = stack.run("get", "-o", "json").stdout

    assert '"kind": "Tenant", "name": "demo"' in resources
    assert stack.lines("history")[-1]["actor"] == "control"
    assert stack.lines("keys", "list")[0]["roles"] == ["admin", "operator", "read", "write"]


def test_a_change_reaches_running_services(docs, declared):
    declared(PROMPT)

    def prompt():
        *_, last = docs.lines("ask", "How does a document become visible?", "--corpus", "docs")
        return last["closing"]["versions"]["prompt"]

    until(lambda: prompt() == "answer@99", 30)


def test_while_control_is_stopped_services_go_on_and_start_again(docs):
    control, gateway = part(docs, "control")["pid"], part(docs, "gateway")
    os.kill(control, signal.SIGSTOP)
    try:
        assert docs.json("search", "generation", "--corpus", "docs")["hits"]
        os.kill(gateway["pid"], signal.SIGKILL)
        until(lambda: (now := part(docs, "gateway"))["pid"] != gateway["pid"] and now["state"] == "ready", 60)
        assert docs.json("search", "generation", "--corpus", "docs")["hits"]
    finally:
        os.kill(control, signal.SIGCONT)


def test_control_that_was_killed_comes_back_and_knows_what_it_knew(docs):
    before, control = docs.run("get", "-o", "yaml").stdout, part(docs, "control")
    os.kill(control["pid"], signal.SIGKILL)
    assert docs.json("search", "generation", "--corpus", "docs")["hits"]
    until(lambda: (now := part(docs, "control"))["pid"] != control["pid"] and now["state"] == "ready", 60)

    until(lambda: docs.run("get", "-o", "yaml", check=False).stdout == before, 20)

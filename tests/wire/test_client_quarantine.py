"""Both clients and `forebay quarantine` against a gateway on the real wire."""

from __future__ import annotations

import asyncio
import json
from functools import partial

import pytest
from forebay.gateway.v1alpha1.gateway_pb2_grpc import add_GatewayServiceServicer_to_server
from typer.testing import CliRunner

from chassis.server import ServerSettings, running
from fakes.gateway import KEY, FakeGateway
from forebay_client import AsyncClient, Client
from forebay_client.commands.app import app
from forebay_client.quarantine import Mending

SETTINGS = ServerSettings(port=0, health_port=0, settle=0, grace=0)


@pytest.fixture
async def gateway():
    return FakeGateway()


@pytest.fixture
async def address(gateway):
    mount = partial(add_GatewayServiceServicer_to_server, gateway)
    async with running(SETTINGS, mount, verifier=None) as ports:
        yield f"127.0.0.1:{ports.port}"


@pytest.fixture
def forebay(address):
    """Run a command in a thread: the gateway has the loop."""

    async def run(*arguments):
        environment = {"FOREBAY_ADDRESS": address, "FOREBAY_API_KEY": KEY}
        return await asyncio.to_thread(CliRunner().invoke, app, arguments, env=environment)

    return run


async def test_held_documents_are_listed_over_pages_mended_and_thrown_away(address, gateway):
    gateway.held = {"a", "b", "c"}
    async with AsyncClient(address, KEY) as client:
        quarantine = client.quarantine("docs")

        assert [one.document_id async for one in quarantine.documents(page_size=2)] == ["a", "b", "c"]
        again = [one.WhichOneof("outcome") async for one in quarantine.replay(["a"])]
        mended = [
            one.WhichOneof("outcome") async for one in quarantine.replay(["a"], Mending(set_metadata={"owner": "jo"}))
        ]
        assert (again, mended) == (["quarantined"], ["committed"])
        assert await quarantine.discard(["b", "z"]) == 1
        assert gateway.held == {"c"}


async def test_the_client_without_a_loop_says_the_same(address, gateway):
    gateway.held = {"a", "b"}

    def told():
        with Client(address, KEY) as client:
            listed = [one.document_id for one in client.held(corpus="docs")]
            outcomes = [one.document_id for one in client.replay(corpus="docs")]
            return listed, outcomes, client.discard(["a", "b"], corpus="docs")

    assert await asyncio.to_thread(told) == (["a", "b"], ["a", "b"], 2)


async def test_the_command_lists_with_reasons(forebay, gateway):
    gateway.held = {"a.md"}

    people, programs = (
        await forebay("quarantine", "list", "-c", "docs"),
        await forebay("quarantine", "list", "-c", "docs", "--json"),
    )

    assert people.stdout.split() == ["a.md", "metadata.owner", "is", "required"]
    assert json.loads(programs.stdout)["findings"][0]["reason"] == "is required"


async def test_the_command_puts_again_and_fails_while_something_is_left(forebay, gateway):
    gateway.held = {"a.md", "b.md"}

    left = await forebay("quarantine", "replay", "-c", "docs", "--all", "--json")
    mended = await forebay("quarantine", "replay", "-c", "docs", "a.md", "b.md", "--set", "owner=jo=jo")

    assert (left.exit_code, json.loads(left.stdout)["outcomes"]) == (1, {"quarantined": 2})
    assert (mended.exit_code, mended.stdout) == (0, "2 documents committed, 0 held back again\n")


async def test_the_command_throws_away(forebay, gateway):
    gateway.held = {"a.md"}

    assert (await forebay("quarantine", "discard", "-c", "docs", "a.md")).stdout == "1 documents thrown away\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("replay", "-c", "docs"),
        ("replay", "-c", "docs", "a", "--all"),
        ("replay", "-c", "docs", "a", "--set", "owner"),
        ("replay", "-c", "docs", "a", "--set", "=jo"),
        ("discard", "-c", "docs"),
        ("list",),
    ],
)
async def test_a_command_that_makes_no_sense_is_refused(forebay, arguments):
    assert (await forebay("quarantine", *arguments)).exit_code == 2


async def test_a_contract_is_set_from_a_file_and_shown_as_it_is_read(forebay, gateway, tmp_path):
    file = tmp_path / "contract.json"
    file.write_text('{"languages": ["en"], "personal_data": "POLICY_QUARANTINE"}')

    told = await forebay("contract", "set", "-c", "docs", str(file))
    shown = await forebay("contract", "show", "-c", "docs")

    assert list(gateway.contract.languages) == ["en"]
    assert json.loads(told.stdout) == json.loads(shown.stdout) == json.loads(file.read_text())


@pytest.mark.parametrize(
    "text", ["[1]", "{", '{"colour": "red"}', '{"languages": 3}', '{"personal_data": "X"}', "[" * 9_000]
)
async def test_a_file_that_is_no_contract_is_refused_with_its_name(forebay, gateway, tmp_path, text):
    file = tmp_path / "contract.json"
    file.write_text(text)

    refused = await forebay("contract", "set", "-c", "docs", str(file))

    assert refused.exit_code == 1
    assert "contract.json is no contract" in refused.stderr
    assert gateway.contract is None


async def test_a_file_that_cannot_be_read_is_refused(forebay, tmp_path):
    (tmp_path / "latin").write_bytes(b"\xff\xfe")

    assert (await forebay("contract", "set", "-c", "docs", str(tmp_path / "none"))).exit_code == 1
    assert (await forebay("contract", "set", "-c", "docs", str(tmp_path / "latin"))).exit_code == 1

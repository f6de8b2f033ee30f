"""Where documents and chunks come from, over a real server and at the command line."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest
from forebay.gateway.v1alpha1.gateway_pb2_grpc import add_GatewayServiceServicer_to_server
from forebay.retrieval.v1alpha1 import lineage_pb2 as pb
from typer.testing import CliRunner

from chassis.errors import InvalidArgument, NotFound
from chassis.server import ServerSettings, running
from fakes.gateway import KEY, FakeGateway
from forebay_client import Client
from forebay_client.commands.app import app
from rigs.retrieval import retrieval, somebody


@pytest.fixture
async def stub(tmp_path):
    async with retrieval(tmp_path) as serving:
        yield serving.stub


@pytest.fixture
async def address():
    mount = partial(add_GatewayServiceServicer_to_server, FakeGateway())
    async with running(ServerSettings(port=0, health_port=0, settle=0, grace=0), mount, verifier=None) as ports:
        yield f"127.0.0.1:{ports.port}"


def asked(**fields):
    return pb.GetLineageRequest(**{"corpus": "docs", "document_id": "queue.md"} | fields)


async def test_a_chunk_tells_all_that_made_it(stub):
    with somebody():
        found = (await stub.GetLineage(asked(ordinal=1))).lineage

    assert (found.document_id, found.document_generation, found.index) == ("queue.md", 1, 1)
    assert (found.parser.name, found.parser.version) == ("pyromark", "0.1")
    assert (found.chunker.version, found.max_tokens, found.analyser) == ("1", 256, "english-snowball-1")
    assert (found.embedding_model.name, found.embedding_model.version) == ("embedding", "1")
    assert (found.written_by, found.write_time.seconds > 0) == ("writer", True)
    assert (found.chunk.ordinal, list(found.chunk.headings)) == (1, ["Top", "queue.md"])


async def test_a_document_tells_without_a_chunk(stub):
    with somebody():
        assert not (await stub.GetLineage(asked())).lineage.HasField("chunk")


@pytest.mark.parametrize(
    ("tenant", "fields"),
    [
        ("acme", {"document_id": "salaries.md"}),
        ("acme", {"document_id": "absent.md"}),
        ("acme", {"ordinal": 9}),
        ("acme", {"corpus": "absent"}),
        ("globex", {}),
    ],
)
async def test_what_may_not_be_read_has_no_origin(stub, tenant, fields):
    with somebody(tenant), pytest.raises(NotFound):
        await stub.GetLineage(asked(**fields))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"corpus": "D"}, "corpus"),
        ({"document_id": ""}, "document_id"),
        ({"document_id": "x" * 513}, "document_id"),
        ({"ordinal": 2**31}, "ordinal"),
    ],
)
async def test_a_bad_question_is_refused_by_the_field(stub, fields, field):
    with somebody(), pytest.raises(InvalidArgument) as refusal:
        await stub.GetLineage(asked(**fields))

    assert refusal.value.violations[0].field == field


async def test_the_command_tells_people_and_programs(address):
    async def forebay(*arguments):
        environment = {"FOREBAY_ADDRESS": address, "FOREBAY_API_KEY": KEY}
        command = ["lineage", "-c", "docs", *arguments]
        return await asyncio.to_thread(CliRunner().invoke, app, command, env=environment)

    people, programs = await forebay("a.md", "--chunk", "0"), await forebay("a.md", "--json")

    assert "pyromark 0.1" in people.stdout
    assert "chunk      0: characters 2 to 9, 3 tokens, Top" in people.stdout
    assert '"written_by": "k1"' in programs.stdout
    assert (await forebay("a.md", "--chunk", "-1")).exit_code == 2


async def test_the_client_without_a_loop_says_the_same(address):
    def told():
        with Client(address, KEY) as client:
            return client.lineage("a.md", corpus="docs", ordinal=0).chunk.end

    assert await asyncio.to_thread(told) == 9
